import type { Sql } from '../../database/sql.js';

/** A connection that nobody could use when it was last tried. */
export interface ConnectionTrouble {
  readonly connection: string;
  /** unauthorized, unavailable, misconfigured, bad_answer */
  readonly trouble: string;
  readonly message: string;
  readonly since: Date;
  readonly forMs: number;
  readonly pipelines: readonly string[];
}

/** What the processes that use the connections have written down (`sync/connection-health.ts`). */
export async function readTroubles(sql: Sql): Promise<ConnectionTrouble[]> {
  return sql.query<ConnectionTrouble>(
    `SELECT c.connection, c.trouble, coalesce(c.trouble_message, c.trouble) AS message, c.trouble_since AS since,
            (extract(epoch FROM now() - c.trouble_since) * 1000)::float8 AS "forMs",
            coalesce((SELECT array_agg(p.pipeline ORDER BY p.pipeline) FROM pipeline_state p
                      WHERE c.connection IN (p.source_connection, p.target_connection)), '{}') AS pipelines
     FROM connection_state c WHERE c.trouble IS NOT NULL AND c.trouble_since IS NOT NULL ORDER BY c.connection`,
  );
}
