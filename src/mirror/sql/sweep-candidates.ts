import type { TakeDown } from '../../connectors/contract/index.js';
import type { Sql } from '../../database/sql.js';

/** An entity the shop has and a completed pass did not list: to be fetched, and taken down only if it is explicitly absent. */
export interface SweepCandidate {
  readonly entityKey: string;
  /** Its document that was sent last, and under which number: the version a held removal names (rule 14). */
  readonly documentKey: string;
  readonly sendNumber: number;
}

export interface SweepCandidates {
  readonly candidates: readonly SweepCandidate[];
  /** How many entities of the pipeline stand in the shop. */
  readonly live: number;
}

/**
 * Rule 11: not `seen` by the pass, nothing of it sent since the pass began (by the database's clock), no
 * entry open. What is in doubt may stand in the shop, so it counts as standing; so does what is down already in a way
 * that leaves more of it there than what is deleted is to leave ($3).
 */
const candidates = (begun: string, seen: string): string => `
  WITH pass AS MATERIALIZED (${begun}),
  standing AS MATERIALIZED (
    SELECT DISTINCT ON (m.entity_key) m.entity_key, m.document_key, m.send_number, m.sent_at
    FROM mirror_document m
    WHERE m.pipeline = $1 AND (m.in_doubt OR m.state = 'live' AND m.hash IS NOT NULL OR m.taken_down = ANY($3::text[]))
    ORDER BY m.entity_key, m.send_number DESC
  ),
  missing AS (
    SELECT s.* FROM standing s, pass p
    WHERE s.sent_at < p.started_at
      AND NOT (${seen})
      AND NOT EXISTS (
        SELECT 1 FROM queue_entry e
        WHERE e.pipeline = $1 AND e.entity_key = s.entity_key AND e.state IN ('ready', 'leased', 'waiting', 'parked', 'submitted'))
  )
  SELECT l.live, m.entity_key AS "entityKey", m.document_key AS "documentKey", m.send_number AS "sendNumber"
  FROM (SELECT count(*) AS live FROM standing) l LEFT JOIN missing m ON true
  ORDER BY m.entity_key`;

/** Marked by this pass or any later one. */
const ofPass = candidates(
  'SELECT started_at FROM sync_run WHERE id = $2',
  'EXISTS (SELECT 1 FROM sighting g WHERE g.pipeline = $1 AND g.entity_key = s.entity_key AND g.pass >= $2)',
);
const ofListing = candidates('SELECT now() AS started_at', 's.entity_key = ANY($2::text[])');

type Row = { readonly live: number } & ({ readonly entityKey: null } | SweepCandidate);

/** What a completed pass (its run id) did not list. `goesFurther`: take-downs that are not enough for what is deleted. */
export async function sweepCandidates(
  sql: Sql,
  pipeline: string,
  pass: number,
  goesFurther: readonly TakeDown[] = [],
): Promise<SweepCandidates> {
  return asCandidates(await sql.query<Row>(ofPass, [pipeline, pass, goesFurther]));
}

/** What a pass that lists exactly these keys would not have listed: for a dry run, which leaves no marks. */
export async function foreseeCandidates(
  sql: Sql,
  pipeline: string,
  listed: readonly string[],
  goesFurther: readonly TakeDown[] = [],
): Promise<SweepCandidates> {
  return asCandidates(await sql.query<Row>(ofListing, [pipeline, listed, goesFurther]));
}

function asCandidates(rows: readonly Row[]): SweepCandidates {
  const found = rows.flatMap((row) =>
    row.entityKey === null ? [] : [{ entityKey: row.entityKey, documentKey: row.documentKey, sendNumber: row.sendNumber }],
  );
  return { candidates: found, live: rows[0]?.live ?? 0 };
}
