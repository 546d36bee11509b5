import type { Sql } from '../../database/sql.js';

/** A connection that nobody could use when it was last tried. */
export interface ConnectionTrouble {
  readonly connection: string;
  /** unauthorized, unavailable, misconfigured, bad_answer */
  readonly trouble: string;
  readonly message: string;
  readonly since: Date;
  /** It gets nothing but trials. */
  readonly isOpen: boolean;
  readonly forMs: number;
  readonly pipelines: readonly string[];
}

/** What the processes that use the connections have written down (`sync/connection-health.ts`), and whose breaker is open: where reading goes well it is down all the same. */
export async function readTroubles(sql: Sql): Promise<ConnectionTrouble[]> {
  return sql.query<ConnectionTrouble>(
    `SELECT c.connection, coalesce(c.trouble, 'unavailable') AS trouble, coalesce(c.trouble_message, c.failure, c.trouble) AS message,
            least(c.trouble_since, c.opened_at) AS since, c.opened_at IS NOT NULL AS "isOpen",
            (extract(epoch FROM now() - least(c.trouble_since, c.opened_at)) * 1000)::float8 AS "forMs",
            coalesce((SELECT array_agg(p.pipeline ORDER BY p.pipeline) FROM pipeline_state p
                      WHERE c.connection IN (p.source_connection, p.target_connection)), '{}') AS pipelines
     FROM connection_state c WHERE c.trouble IS NOT NULL AND c.trouble_since IS NOT NULL OR c.opened_at IS NOT NULL ORDER BY c.connection`,
  );
}
