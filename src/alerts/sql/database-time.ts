import type { Sql } from '../../database/sql.js';

/** The database's clock: those of several machines do not agree. */
export async function databaseTime(sql: Sql): Promise<Date> {
  const [row] = await sql.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  if (!row) throw new Error('the database answered no time');
  return row.now;
}
