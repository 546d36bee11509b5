import type { Sql } from '../../database/sql.js';
import { toJsonb } from './jsonb.js';
import type { Use } from './references.js';

/** That a record of a pipeline uses something of the source, which is named by its feed (`pim/category`) and its key. */
export type RelatedUse = Omit<Use, 'strength'>;

/**
 * Writes down what records use, and answers those uses that were not known before. They stand beside the references to
 * other pipelines: no pipeline's name has a slash.
 */
export async function addRelatedUses(sql: Sql, pipeline: string, uses: readonly RelatedUse[]): Promise<RelatedUse[]> {
  if (uses.length === 0) return [];
  return sql.query(
    `WITH wanted AS MATERIALIZED (
       SELECT DISTINCT u."entityKey" AS entity_key, u.pipeline AS ref_pipeline, u.key AS ref_key
       FROM jsonb_to_recordset($2::jsonb) AS u("entityKey" text, pipeline text, key text)
     )
     INSERT INTO reference (pipeline, entity_key, ref_pipeline, ref_key, strength)
     SELECT $1, entity_key, ref_pipeline, ref_key, 'weak' FROM wanted ORDER BY entity_key, ref_pipeline, ref_key
     ON CONFLICT (pipeline, entity_key, ref_pipeline, ref_key) DO NOTHING
     RETURNING entity_key AS "entityKey", ref_pipeline AS pipeline, ref_key AS key`,
    [pipeline, toJsonb(uses.map(({ entityKey, pipeline: feed, key }) => ({ entityKey, pipeline: feed, key })))],
  );
}

/** Forgets what these entities used of the source and do not use any more. */
export async function keepRelatedUses(
  sql: Sql,
  pipeline: string,
  entityKeys: readonly string[],
  uses: readonly RelatedUse[],
): Promise<void> {
  if (entityKeys.length === 0) return;
  await sql.query(
    `DELETE FROM reference r
     WHERE r.pipeline = $1 AND r.entity_key = ANY($2::text[]) AND position('/' IN r.ref_pipeline) > 0
       AND (r.entity_key, r.ref_pipeline, r.ref_key) NOT IN (
         SELECT u."entityKey", u.pipeline, u.key FROM jsonb_to_recordset($3::jsonb) AS u("entityKey" text, pipeline text, key text))`,
    [pipeline, entityKeys, toJsonb(uses)],
  );
}
