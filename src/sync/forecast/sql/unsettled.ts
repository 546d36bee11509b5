import type { Sql } from '../../../database/sql.js';

/** The entries of a pipeline that are still to be delivered, and when they were counted, by the database's clock. What is parked waits for something else. */
export async function unsettled(sql: Sql, pipeline: string): Promise<{ readonly count: number; readonly now: number }> {
  const [row] = await sql.query<{ count: number; now: number }>(
    `SELECT count(*) AS count, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
     FROM queue_entry WHERE pipeline = $1 AND state IN ('ready', 'leased', 'waiting', 'submitted')`,
    [pipeline],
  );
  return row ?? { count: 0, now: 0 };
}
