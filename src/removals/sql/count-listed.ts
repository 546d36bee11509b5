import type { Sql } from '../../database/sql.js';

/** How many records a pass listed, each once: a source whose pages move under it lists some of them again. */
export async function countListed(sql: Sql, pipeline: string, pass: number): Promise<number> {
  const [row] = await sql.query<{ listed: number }>('SELECT count(*) AS listed FROM sighting WHERE pipeline = $1 AND pass >= $2', [
    pipeline,
    pass,
  ]);
  return row?.listed ?? 0;
}
