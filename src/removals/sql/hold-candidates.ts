import type { Sql } from '../../database/sql.js';
import type { SweepCandidate } from '../../mirror/sql/sweep-candidates.js';
import { toJsonb } from '../../queue/sql/jsonb.js';

/**
 * As a sweep opens them, but for the state: nobody claims them. Whatever is seen of such a record next is news (rule 11),
 * and news takes it out of the set. What is open by now has news already.
 */
const statement = `
  WITH input AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS i("entityKey" text, "sendNumber" bigint)
  ),
  seen AS MATERIALIZED (
    SELECT s.entity_key FROM sighting s WHERE s.pipeline = $2 AND s.entity_key = ANY(ARRAY(SELECT "entityKey" FROM input))
    ORDER BY s.entity_key FOR UPDATE
  ),
  forgotten AS (
    UPDATE sighting s SET version = NULL, version_order = NULL, version_closed = false
    FROM seen n WHERE s.pipeline = $2 AND s.entity_key = n.entity_key AND (SELECT count(*) FROM seen) >= 0
  ),
  held AS (
    INSERT INTO queue_entry AS e (pipeline, entity_key, kind, state, cause, revision, claim_order, priority, enqueued_at, proof, run, removal_set, removal_send)
    SELECT $2, i."entityKey", 'deleted', 'held', 'sweep', nextval('revision_seq'), now() - $3::int * interval '60 s', $3::int, now(), $4::bigint, $5::bigint, $6::bigint, i."sendNumber"
    FROM input i ORDER BY i."entityKey"
    ON CONFLICT (pipeline, entity_key) DO UPDATE SET
      state = 'held', kind = 'deleted', cause = 'sweep', revision = excluded.revision, proof = excluded.proof,
      removal_set = excluded.removal_set, removal_send = excluded.removal_send, removal_grant = NULL,
      enqueued_at = CASE WHEN e.state = 'held' THEN e.enqueued_at ELSE excluded.enqueued_at END,
      run = CASE WHEN e.state = 'held' THEN e.run ELSE excluded.run END,
      version = NULL, version_order = NULL, error_code = NULL, error_message = NULL, error_field = NULL, error_fingerprint = NULL
    WHERE e.state IN ('held', 'dead', 'absent')
    RETURNING e.enqueued_at = now() AS opened
  )
  SELECT count(*) FILTER (WHERE opened) AS opened, count(*) FILTER (WHERE NOT opened) AS again FROM held`;

export interface HeldCandidates {
  readonly pipeline: string;
  readonly candidates: readonly SweepCandidate[];
  readonly priority: number;
  /** Pass that did not list them: the proof of their absence. */
  readonly pass: number;
  readonly run: number;
  readonly set: number;
}

/** Puts what a pass did not list into a set, unread: a pass that is not believed is no reason to ask for each. */
export async function holdCandidates(sql: Sql, held: HeldCandidates): Promise<{ readonly opened: number; readonly again: number }> {
  const { pipeline, candidates, priority, pass, run, set } = held;
  const items = toJsonb(candidates.map(({ entityKey, sendNumber }) => ({ entityKey, sendNumber })));
  const [row] = await sql.query<{ opened: number; again: number }>(statement, [items, pipeline, priority, pass, run, set]);
  return row ?? { opened: 0, again: 0 };
}

/** A pass listed what an earlier one did not: it is looked at, and nothing proves its absence any more (rule 11). */
export async function withdrawListed(sql: Sql, pipeline: string, pass: number): Promise<void> {
  await sql.query(
    `WITH listed AS MATERIALIZED (
       SELECT q.entity_key FROM queue_entry q
       WHERE q.pipeline = $1 AND q.state = 'held' AND q.proof < $2
         AND EXISTS (SELECT 1 FROM sighting s WHERE s.pipeline = $1 AND s.entity_key = q.entity_key AND s.pass >= $2)
       ORDER BY q.entity_key FOR UPDATE
     )
     UPDATE queue_entry q SET state = 'ready', kind = 'updated', proof = NULL, removal_set = NULL, revision = nextval('revision_seq')
     FROM listed l WHERE q.pipeline = $1 AND q.entity_key = l.entity_key`,
    [pipeline, pass],
  );
}
