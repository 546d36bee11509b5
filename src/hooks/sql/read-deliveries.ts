import type { Sql } from '../../database/sql.js';

/** What came in from one connection lately; the same delivery once more is counted once. */
export interface Deliveries {
  readonly connection: string;
  readonly lastHour: number;
  readonly lastDay: number;
  readonly last: Date;
}

/** Of as many days as deliveries are kept. */
export async function readDeliveries(sql: Sql): Promise<Deliveries[]> {
  return sql.query<Deliveries>(
    `SELECT connection, (count(*) FILTER (WHERE received_at > now() - interval '1 hour'))::int AS "lastHour",
            (count(*) FILTER (WHERE received_at > now() - interval '1 day'))::int AS "lastDay", max(received_at) AS last
     FROM webhook_delivery GROUP BY connection ORDER BY connection`,
  );
}
