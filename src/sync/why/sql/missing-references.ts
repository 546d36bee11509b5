import type { Sql } from '../../../database/sql.js';
import { resolveReferences, type ReferenceTarget } from '../../../queue/sql/references.js';

/** What an entity must have in the shop before it goes there, and does not yet. */
export async function missingReferences(sql: Sql, connection: string, pipeline: string, key: string): Promise<ReferenceTarget[]> {
  const strong = await sql.query<ReferenceTarget>(
    `SELECT ref_pipeline AS pipeline, ref_key AS key FROM reference
     WHERE pipeline = $1 AND entity_key = $2 AND strength = 'strong' AND position('/' IN ref_pipeline) = 0 ORDER BY 1, 2 LIMIT 100`,
    [pipeline, key],
  );
  const there = await resolveReferences(sql, connection, strong);
  const known = new Set(there.map((one) => `${one.pipeline} ${one.key}`));
  return strong.filter((one) => !known.has(`${one.pipeline} ${one.key}`));
}
