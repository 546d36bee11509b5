import type { Sql } from '../../database/sql.js';
import type { Change } from '../../model/change.js';
import { toJsonb } from './jsonb.js';
import type { RelatedUse } from './related-uses.js';

/**
 * Marks what a feed tells of with the number at which it was noticed, and answers what of it is news: a version that was
 * not passed on before, or was still open then (rule 2). Marks come before anybody looks up who uses it: a record whose
 * use is written down too late to be found by that sees the mark (`noticedSince`). Keys are kept without case.
 */
export async function noticeRelated(
  sql: Sql,
  feed: string,
  changes: readonly Pick<Change, 'key' | 'version'>[],
  noticed: number,
): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  const rows = await sql.query<{ key: string }>(
    `WITH input AS MATERIALIZED (
       SELECT DISTINCT ON (i.key) i.key, i.version FROM jsonb_to_recordset($2::jsonb) AS i(key text, version text) ORDER BY i.key, i.version DESC
     )
     INSERT INTO sighting AS s (pipeline, entity_key, pass)
     SELECT $1, i.key, $3::bigint
     FROM input i LEFT JOIN sighting k ON k.pipeline = $1 AND k.entity_key = i.key
     WHERE k.version_closed IS NOT TRUE OR k.version IS DISTINCT FROM i.version
     ORDER BY i.key
     ON CONFLICT (pipeline, entity_key) DO UPDATE SET pass = GREATEST(s.pass, excluded.pass)
     RETURNING s.entity_key AS key`,
    [feed, toJsonb(changes.map(({ key, version }) => ({ key: key.toLowerCase(), version: version?.id ?? null }))), noticed],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Notes what has been passed on to everybody who uses it: seen once more it is no news. */
export async function rememberRelated(sql: Sql, feed: string, changes: readonly Pick<Change, 'key' | 'version'>[]): Promise<void> {
  const versions = changes.flatMap(({ key, version }) =>
    version === null ? [] : [{ key: key.toLowerCase(), version: version.id, closed: version.closed }],
  );
  if (versions.length === 0) return;
  await sql.query(
    `UPDATE sighting s SET version = i.version, version_closed = i.closed
     FROM (SELECT DISTINCT ON (key) key, version, closed FROM jsonb_to_recordset($2::jsonb) AS i(key text, version text, closed boolean)
           ORDER BY key, version DESC) i
     WHERE s.pipeline = $1 AND s.entity_key = i.key`,
    [feed, toJsonb(versions)],
  );
}

/** Of these uses the entities that were read (`readNumber`) before a change of what they use was noticed. */
export async function noticedSince(sql: Sql, uses: readonly (RelatedUse & { readonly readNumber: number })[]): Promise<string[]> {
  if (uses.length === 0) return [];
  const rows = await sql.query<{ key: string }>(
    `SELECT DISTINCT u."entityKey" AS key
     FROM jsonb_to_recordset($1::jsonb) AS u("entityKey" text, pipeline text, key text, "readNumber" bigint)
     JOIN sighting s ON s.pipeline = u.pipeline AND s.entity_key = u.key AND s.pass > u."readNumber"`,
    [toJsonb(uses.map((use) => ({ ...use, key: use.key.toLowerCase() })))],
  );
  return rows.map(({ key }) => key);
}
