import type { Sql } from '../../database/sql.js';

/** A number to be drawn before a page is read: it tells later how fresh the records are that came with it. */
export async function nextReadNumber(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ number: number }>(`SELECT nextval('read_seq') AS number`);
  if (!row) throw new Error('the database answered no read number');
  return row.number;
}
