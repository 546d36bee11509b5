import type { Sql } from '../../database/sql.js';
import type { ReferenceStrength } from '../../model/document.js';
import { toJsonb } from './jsonb.js';

/** The other end of a reference. */
export interface ReferenceTarget {
  readonly pipeline: string;
  readonly key: string;
}

/** That `entityKey` refers to it. */
export interface Use extends ReferenceTarget {
  readonly entityKey: string;
  readonly strength: ReferenceStrength;
}

/**
 * Writes down who uses what, before the references are resolved: whoever comes to stand in the shop, or takes
 * another id there, does so first and looks up its users after that, so that whichever of the two comes second
 * sees the other (rule 22). What is there already is left as it is.
 */
export async function addUses(sql: Sql, pipeline: string, uses: readonly Use[]): Promise<void> {
  if (uses.length === 0) return;
  await sql.query(
    `WITH wanted AS MATERIALIZED (
       SELECT DISTINCT ON (u."entityKey", u.pipeline, u.key) u."entityKey" AS entity_key, u.pipeline AS ref_pipeline, u.key AS ref_key, u.strength
       FROM jsonb_to_recordset($2::jsonb) AS u("entityKey" text, pipeline text, key text, strength text)
       ORDER BY u."entityKey", u.pipeline, u.key, u.strength
     )
     INSERT INTO reference AS r (pipeline, entity_key, ref_pipeline, ref_key, strength)
     SELECT $1, entity_key, ref_pipeline, ref_key, strength FROM wanted ORDER BY entity_key, ref_pipeline, ref_key
     ON CONFLICT (pipeline, entity_key, ref_pipeline, ref_key) DO UPDATE SET strength = excluded.strength WHERE r.strength <> excluded.strength`,
    [pipeline, toJsonb(uses)],
  );
}

/** Forgets uses that are over. One that stays although it is over costs a look, one that goes too early a change. */
export async function dropUses(sql: Sql, pipeline: string, uses: readonly Omit<Use, 'strength'>[]): Promise<void> {
  if (uses.length === 0) return;
  await sql.query(
    `DELETE FROM reference WHERE (pipeline, entity_key, ref_pipeline, ref_key) IN (
       SELECT $1, u."entityKey", u.pipeline, u.key FROM jsonb_to_recordset($2::jsonb) AS u("entityKey" text, pipeline text, key text))`,
    [pipeline, toJsonb(uses)],
  );
}

/**
 * The shop's ids of these entities, under the spelling that was asked for. Keys are compared without case,
 * as PIMs compare codes; of two that differ in case only, the exact spelling wins. Entities that are not
 * live in the shop (never acknowledged, taken down) have none. Looked up one by one (`OFFSET 0` keeps it so): as a join
 * the planner read all identities and folded each, as long as there are but some thousands.
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
     CROSS JOIN LATERAL (
       SELECT i.entity_key, i.target_id FROM identity i
       WHERE i.connection = $1 AND i.pipeline = r.pipeline AND lower(i.entity_key) = lower(r.key)
         AND (SELECT true FROM mirror_document m
              WHERE m.pipeline = i.pipeline AND m.entity_key = i.entity_key AND m.connection = $1 AND m.state = 'live' AND m.hash IS NOT NULL LIMIT 1)
       OFFSET 0
     ) i
     ORDER BY r.pipeline, r.key, (i.entity_key = r.key) DESC, i.entity_key`,
    [connection, toJsonb(references.map(({ pipeline, key }) => ({ pipeline, key })))],
  );
}

/** Entities that refer to any of these, compared without case. Looked up one by one, as above. */
export async function usersOf(sql: Sql, references: readonly ReferenceTarget[]): Promise<ReferenceTarget[]> {
  if (references.length === 0) return [];
  return sql.query(
    `SELECT DISTINCT u.pipeline, u.entity_key AS key
     FROM jsonb_to_recordset($1::jsonb) AS r(pipeline text, key text)
     CROSS JOIN LATERAL (
       SELECT u.pipeline, u.entity_key FROM reference u WHERE u.ref_pipeline = r.pipeline AND lower(u.ref_key) = lower(r.key) OFFSET 0
     ) u
     ORDER BY 1, 2`,
    [toJsonb(references.map(({ pipeline, key }) => ({ pipeline, key })))],
  );
}
