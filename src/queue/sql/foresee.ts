import type { Sql } from '../../database/sql.js';
import type { Cause, ClaimedEntry, NewEntry } from '../entry.js';
import { isNews, isUnwatched } from './enqueue-statement.js';
import { toJsonb } from './jsonb.js';

/** As if it were claimed now; it is nobody's, and cannot be settled. */
const columns = `
  pipeline, entity_key AS key, kind, cause, revision, 0 AS token, version, version_order AS "versionOrder", changed_fields AS "changedFields",
  attempts, losses, proof, coalesce(removal_grant = revision, false) AS granted, extract(epoch FROM clock_timestamp() - stale_since) * 1000 AS "staleSinceMs", run`;

type Row = Omit<ClaimedEntry, 'staleSinceMs'> & { readonly staleSinceMs: string | null };

/** A page of the entries that a run which starts now would work on, by key; what is parked and not due waits for something else. */
export async function foreseeOpen(sql: Sql, pipeline: string, after: string, limit: number): Promise<ClaimedEntry[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM queue_entry
     WHERE pipeline = $1 AND entity_key > $2
       AND (state IN ('ready', 'leased', 'waiting', 'submitted') OR state = 'parked' AND due_at <= now())
     ORDER BY entity_key LIMIT $3`,
    [pipeline, after, limit],
  );
  return rows.map(asEntry);
}

/** The entries that would be claimed next, in their order. Takes none of them. */
export async function foreseeNext(sql: Sql, pipeline: string, limit: number): Promise<ClaimedEntry[]> {
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM queue_entry WHERE pipeline = $1 AND state = 'ready' ORDER BY claim_order, entity_key LIMIT $2`,
    [pipeline, limit],
  );
  return rows.map(asEntry);
}

function asEntry(row: Row): ClaimedEntry {
  return { ...row, staleSinceMs: row.staleSinceMs === null ? null : Math.round(Number(row.staleSinceMs)) };
}

/** Those of a page's changes that would open an entry or bring news to one, as if they were claimed after that. Locks and writes nothing. */
export async function foreseeEnqueue(
  sql: Sql,
  cause: Extract<Cause, 'delta' | 'full' | 'initial' | 'mapping'>,
  entries: readonly NewEntry[],
): Promise<ClaimedEntry[]> {
  const rows = await sql.query<{ key: string }>(
    `SELECT i.key
     FROM jsonb_to_recordset($1::jsonb) AS i(pipeline text, key text, kind text, version text, unwatched boolean)
     LEFT JOIN sighting s ON s.pipeline = i.pipeline AND s.entity_key = i.key
     LEFT JOIN queue_entry o ON o.pipeline = i.pipeline AND o.entity_key = i.key
     WHERE (${isNews} AND NOT ${isUnwatched}) OR $2 = 'mapping' OR ($2 IN ('full', 'initial') AND (o.entity_key IS NULL OR o.state = 'held'))`,
    [
      toJsonb(
        entries.map(({ pipeline, key, kind, version, unwatched = false }) => ({
          pipeline,
          key,
          kind,
          version: version?.id ?? null,
          unwatched,
        })),
      ),
      cause,
    ],
  );
  const opened = new Set(rows.map((row) => row.key));
  return entries.filter((entry) => opened.has(entry.key)).map((entry) => asClaimed(entry, cause));
}

/** An entry as if it had been claimed with nothing that went before. */
export function asClaimed(entry: NewEntry, cause: Cause, proof: number | null = null): ClaimedEntry {
  const { pipeline, key, kind, version, changedFields } = entry;
  return {
    pipeline,
    key,
    kind,
    cause,
    revision: 0,
    token: 0,
    version: version?.id ?? null,
    versionOrder: version?.order ?? null,
    changedFields,
    attempts: 0,
    losses: 0,
    proof,
    granted: false,
    staleSinceMs: null,
    run: null,
  };
}
