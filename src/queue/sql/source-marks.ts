import type { SeenVersion } from '../../connectors/contract/index.js';
import type { Sql } from '../../database/sql.js';
import type { Change, ChangeKind } from '../../model/change.js';
import { toJsonb } from './jsonb.js';

/** Writes down marks that are to be taken off; of a key that is there already, the version seen last. */
export async function noteMarks(sql: Sql, feed: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.query(
    `INSERT INTO source_mark AS m (feed, entity_key, kind, version, version_order)
     SELECT DISTINCT ON (i.key) $1, i.key, i.kind, i.version, i.version_order
     FROM jsonb_to_recordset($2::jsonb) AS i(place int, key text, kind text, version text, version_order bigint)
     ORDER BY i.key, i.place DESC
     ON CONFLICT (feed, entity_key) DO UPDATE SET kind = excluded.kind, version = excluded.version, version_order = excluded.version_order
     WHERE (m.kind, m.version, m.version_order) IS DISTINCT FROM (excluded.kind, excluded.version, excluded.version_order)`,
    [
      feed,
      toJsonb(
        changes.map(({ key, kind, version }, place) => ({ place, key, kind, version: version?.id ?? null, version_order: order(version) })),
      ),
    ],
  );
}

/** A page of what was written down of marks without a version, by key. */
export async function notedMarks(sql: Sql, feed: string, after: string, limit: number): Promise<{ key: string; kind: ChangeKind }[]> {
  return sql.query(
    `SELECT entity_key AS key, kind FROM source_mark
     WHERE feed = $1 AND entity_key > $2 AND version IS NULL ORDER BY entity_key LIMIT $3`,
    [feed, after, limit],
  );
}

/**
 * A page of the marks that nobody needs any more, by key: of no pipeline is an entry open whose version is at or below
 * the one that was seen marked (rule 18). An entry without an order may be for any version.
 */
export async function settledMarks(
  sql: Sql,
  feed: string,
  pipelines: readonly string[],
  after: string,
  limit: number,
): Promise<SeenVersion[]> {
  const rows = await sql.query<{ key: string; version: string; order: number | null }>(
    `SELECT m.entity_key AS key, m.version, m.version_order AS "order" FROM source_mark m
     WHERE m.feed = $1 AND m.entity_key > $3 AND m.version IS NOT NULL
       AND NOT EXISTS (
         SELECT 1 FROM queue_entry e
         WHERE e.pipeline = ANY($2::text[]) AND e.entity_key = m.entity_key
           AND e.state IN ('ready', 'leased', 'waiting', 'parked', 'submitted')
           AND (e.version_order IS NULL OR m.version_order IS NULL OR e.version_order <= m.version_order))
     ORDER BY m.entity_key LIMIT $4`,
    [feed, pipelines, after, limit],
  );
  return rows.map(({ key, version, order: position }) => ({ key, version: { id: version, order: position, closed: true } }));
}

/** Strikes out marks that were taken off; one that was seen again with another version meanwhile stays. */
export async function forgetMarks(sql: Sql, feed: string, seen: readonly SeenVersion[]): Promise<void> {
  await sql.query(
    `DELETE FROM source_mark m USING jsonb_to_recordset($2::jsonb) AS i(key text, version text)
     WHERE m.feed = $1 AND m.entity_key = i.key AND m.version IS NOT DISTINCT FROM i.version`,
    [feed, toJsonb(seen.map(({ key, version }) => ({ key, version: version?.id ?? null })))],
  );
}

/** What is outside of int8 orders nothing. */
function order(version: Change['version']): number | null {
  const floor = Math.floor(version?.order ?? NaN);
  return Number.isSafeInteger(floor) ? floor : null;
}
