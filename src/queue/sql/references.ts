import type { Sql } from '../../database/sql.js';
import type { ReferenceStrength } from '../../model/document.js';
import { toJsonb } from './jsonb.js';

/** The other end of a reference. */
export interface ReferenceTarget {
  readonly pipeline: string;
  readonly key: string;
}

/** A reference of `entityKey` to something that does not stand in the shop yet. */
export interface UnresolvedReference extends ReferenceTarget {
  readonly entityKey: string;
  readonly strength: ReferenceStrength;
}

/** Replaces what these entities of a pipeline wait for: entities without an unresolved reference wait for nothing any more. */
export async function writeReferences(
  sql: Sql,
  pipeline: string,
  entityKeys: readonly string[],
  unresolved: readonly UnresolvedReference[],
): Promise<void> {
  await sql.query(
    `WITH wanted AS MATERIALIZED (
       SELECT DISTINCT ON (r."entityKey", r.pipeline, r.key) r."entityKey" AS entity_key, r.pipeline AS ref_pipeline, r.key AS ref_key, r.strength
       FROM jsonb_to_recordset($3::jsonb) AS r("entityKey" text, pipeline text, key text, strength text)
       ORDER BY r."entityKey", r.pipeline, r.key, r.strength
     ),
     gone AS (
       DELETE FROM reference r WHERE r.pipeline = $1 AND r.entity_key = ANY($2::text[])
         AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.entity_key = r.entity_key AND w.ref_pipeline = r.ref_pipeline AND w.ref_key = r.ref_key)
     )
     INSERT INTO reference AS r (pipeline, entity_key, ref_pipeline, ref_key, strength)
     SELECT $1, entity_key, ref_pipeline, ref_key, strength FROM wanted ORDER BY entity_key, ref_pipeline, ref_key
     ON CONFLICT (pipeline, entity_key, ref_pipeline, ref_key) DO UPDATE SET strength = excluded.strength WHERE r.strength <> excluded.strength`,
    [pipeline, entityKeys, toJsonb(unresolved)],
  );
}

/**
 * The shop's ids of these entities, under the spelling that was asked for. Keys are compared without case,
 * as PIMs compare codes; of two that differ in case only, the exact spelling wins. Entities that are not
 * live in the shop (never acknowledged, taken down) have none.
 */
export async function resolveReferences(
  sql: Sql,
  connection: string,
  references: readonly ReferenceTarget[],
): Promise<(ReferenceTarget & { readonly targetId: string })[]> {
  if (references.length === 0) return [];
  return sql.query(
    `SELECT DISTINCT ON (r.pipeline, r.key) r.pipeline, r.key, i.target_id AS "targetId"
     FROM jsonb_to_recordset($2::jsonb) AS r(pipeline text, key text)
     JOIN identity i ON i.connection = $1 AND i.pipeline = r.pipeline AND lower(i.entity_key) = lower(r.key)
     WHERE EXISTS (
       SELECT 1 FROM mirror_document m
       WHERE m.pipeline = i.pipeline AND m.entity_key = i.entity_key AND m.connection = $1 AND m.state = 'live' AND m.hash IS NOT NULL)
     ORDER BY r.pipeline, r.key, (i.entity_key = r.key) DESC, i.entity_key`,
    [connection, toJsonb(references.map(({ pipeline, key }) => ({ pipeline, key })))],
  );
}

/** Entities that wait for any of these, compared without case. */
export async function waitingFor(sql: Sql, references: readonly ReferenceTarget[]): Promise<ReferenceTarget[]> {
  if (references.length === 0) return [];
  return sql.query(
    `SELECT DISTINCT w.pipeline, w.entity_key AS key
     FROM jsonb_to_recordset($1::jsonb) AS r(pipeline text, key text)
     JOIN reference w ON w.ref_pipeline = r.pipeline AND lower(w.ref_key) = lower(r.key)
     ORDER BY 1, 2`,
    [toJsonb(references.map(({ pipeline, key }) => ({ pipeline, key })))],
  );
}
