import type { Sql } from '../../database/sql.js';
import type { Reference, ReferenceStrength } from '../../model/document.js';

export interface UnresolvedReference extends Reference {
  readonly entityKey: string;
}

export interface EntityName {
  readonly pipeline: string;
  readonly key: string;
}

/** Replaces what is written down about these entities: the references that could not be resolved when they were mapped. */
export async function writeReferences(sql: Sql, pipeline: string, entities: readonly string[], unresolved: readonly UnresolvedReference[]): Promise<void> {
  if (entities.length === 0) return;
  const rows = unresolved.map((one): { entity_key: string; ref_pipeline: string; ref_key: string; strength: ReferenceStrength } => ({
    entity_key: one.entityKey,
    ref_pipeline: one.pipeline,
    ref_key: one.key,
    strength: one.strength,
  }));
  await sql.query(
    `WITH wanted AS (
       SELECT DISTINCT ON (entity_key, ref_pipeline, ref_key) * FROM jsonb_to_recordset($3::jsonb) AS r(entity_key text, ref_pipeline text, ref_key text, strength text)
       ORDER BY entity_key, ref_pipeline, ref_key, strength
     ), gone AS (
       DELETE FROM reference r WHERE r.pipeline = $1 AND r.entity_key = ANY ($2)
         AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.entity_key = r.entity_key AND w.ref_pipeline = r.ref_pipeline AND w.ref_key = r.ref_key)
     )
     INSERT INTO reference (pipeline, entity_key, ref_pipeline, ref_key, strength)
     SELECT $1, entity_key, ref_pipeline, ref_key, strength FROM wanted ORDER BY entity_key, ref_pipeline, ref_key
     ON CONFLICT (pipeline, entity_key, ref_pipeline, ref_key) DO NOTHING`,
    [pipeline, entities, JSON.stringify(rows)],
  );
}

/** Shop ids of referenced entities, compared without case; where two differ only in case the exact spelling wins. Answers under the spelling asked for. */
export async function resolveReferences(sql: Sql, connection: string, references: readonly EntityName[]): Promise<(EntityName & { targetId: string })[]> {
  return sql.query(
    `SELECT DISTINCT ON (r.pipeline, r.key) r.pipeline, r.key, i.target_id AS "targetId"
     FROM jsonb_to_recordset($2::jsonb) AS r(pipeline text, key text)
     JOIN identity i ON i.connection = $1 AND i.pipeline = r.pipeline AND lower(i.entity_key) = lower(r.key)
     ORDER BY r.pipeline, r.key, (i.entity_key = r.key) DESC`,
    [connection, JSON.stringify(references.map(({ pipeline, key }) => ({ pipeline, key })))],
  );
}

/** Who wrote down that they wait for one of these entities. */
export async function waitingFor(sql: Sql, entities: readonly EntityName[]): Promise<EntityName[]> {
  if (entities.length === 0) return [];
  return sql.query(
    `SELECT DISTINCT w.pipeline, w.entity_key AS key
     FROM jsonb_to_recordset($1::jsonb) AS e(pipeline text, key text)
     JOIN reference w ON w.ref_pipeline = e.pipeline AND lower(w.ref_key) = lower(e.key)`,
    [JSON.stringify(entities)],
  );
}
