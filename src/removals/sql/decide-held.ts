import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../queue/sql/audit.js';
import { countForRuns } from '../../queue/sql/count-for-runs.js';
import { over } from './incident.js';
import { forgetMeasures, patience } from './sets.js';

/** A set by its number ($1), only while it waits and, where a person said how many they saw ($2), with no more than those. */
const decided = (state: 'released' | 'discarded'): string => `
  items AS MATERIALIZED (
    SELECT q.pipeline, q.entity_key, q.removal_send, q.run FROM queue_entry q
    WHERE q.removal_set = $1 AND q.state = 'held' ORDER BY q.pipeline, q.entity_key FOR UPDATE
  ),
  decided AS (
    UPDATE held_removal SET state = '${state}', decided_at = now(), decided_by = $3
    WHERE id = $1 AND state = 'held' AND held_at > now() - ${patience} AND (SELECT count(*) FROM items) BETWEEN 1 AND coalesce($2::bigint, 9223372036854775807)
    RETURNING pipeline
  ),
  chosen AS MATERIALIZED (SELECT i.* FROM items i, decided)`;

/**
 * Rule 14: what is released is read and judged anew, one by one, as everything is. Granted is only what stands as it stood
 * when it was held: nothing was sent of it since, and no news came. The rest takes the common road.
 */
const releasing = `
  WITH ${decided('released')},
  stood AS MATERIALIZED (
    SELECT c.pipeline, c.entity_key, c.removal_send IS NOT DISTINCT FROM max(m.send_number) AS exact
    FROM chosen c LEFT JOIN mirror_document m ON m.pipeline = c.pipeline AND m.entity_key = c.entity_key
    GROUP BY c.pipeline, c.entity_key, c.removal_send
  ),
  released AS (
    UPDATE queue_entry q SET
      state = 'ready', removal_set = NULL, removal_grant = CASE WHEN s.exact THEN q.revision END, attempts = 0,
      error_code = NULL, error_message = NULL, error_field = NULL, error_fingerprint = NULL
    FROM stood s WHERE q.pipeline = s.pipeline AND q.entity_key = s.entity_key
  ),
  measured AS (${forgetMeasures('decided')}),
  ${over('decided')},
  ${audited(4, `jsonb_build_object('entries', (SELECT count(*) FROM chosen), 'exact', (SELECT count(*) FROM stood WHERE exact))`)}
  SELECT count(*) AS entries, (SELECT count(*) FROM decided) AS decided FROM chosen`;

const discarding = `
  WITH ${decided('discarded')},
  discarded AS (
    DELETE FROM queue_entry q USING chosen c WHERE q.pipeline = c.pipeline AND q.entity_key = c.entity_key
  ),
  ${over('decided')},
  ${countForRuns(`SELECT run, 'discarded' AS name, 1 AS change FROM chosen WHERE run IS NOT NULL`)},
  ${audited(4, `jsonb_build_object('entries', (SELECT count(*) FROM chosen))`)}
  SELECT count(*) AS entries, (SELECT count(*) FROM decided) AS decided FROM chosen`;

/** What a person wants done with a set. */
export interface HeldDecision {
  readonly set: number;
  /** How many removals they saw in it; more have come since: nothing is done. */
  readonly expected?: number;
  readonly action: AuditedAction;
}

/** Answers how many entries it was for; null where the set does not wait, or holds more than was expected. */
export async function releaseHeld(sql: Sql, decision: HeldDecision): Promise<number | null> {
  return decide(sql, releasing, decision);
}

export async function discardHeld(sql: Sql, decision: HeldDecision): Promise<number | null> {
  return decide(sql, discarding, decision);
}

async function decide(sql: Sql, statement: string, { set, expected, action }: HeldDecision): Promise<number | null> {
  const audit = auditParameters(action);
  const [row] = await sql.query<{ entries: number; decided: number }>(statement, [set, expected ?? null, audit[0], ...audit]);
  return row && row.decided > 0 ? row.entries : null;
}

export interface ExpiredSet {
  readonly id: number;
  readonly pipeline: string;
  readonly entries: number;
}

/**
 * Ends sets that nobody decided on in time, and those that everything was withdrawn from. What was in them is not removed:
 * the next pass finds it again, and judges it by what is so then.
 */
export async function expireHeld(sql: Sql): Promise<ExpiredSet[]> {
  const ended = await sql.query<ExpiredSet>(
    `WITH due AS MATERIALIZED (
       SELECT h.id, h.pipeline FROM held_removal h
       WHERE h.state = 'held'
         AND (h.held_at <= now() - ${patience}
              -- What is under lease may be about to be put into it.
              OR NOT EXISTS (
                SELECT 1 FROM queue_entry q WHERE q.removal_set = h.id AND q.state = 'held'
                UNION ALL SELECT 1 FROM queue_entry q WHERE q.pipeline = h.pipeline AND q.state = 'leased'))
       ORDER BY h.id FOR UPDATE
     ),
     chosen AS MATERIALIZED (
       SELECT q.pipeline, q.entity_key, q.run, q.removal_set FROM queue_entry q JOIN due d ON q.removal_set = d.id
       WHERE q.state = 'held' ORDER BY q.pipeline, q.entity_key FOR UPDATE OF q
     ),
     ended AS (
       UPDATE held_removal h SET state = CASE WHEN EXISTS (SELECT 1 FROM chosen c WHERE c.removal_set = h.id) THEN 'expired' ELSE 'withdrawn' END, decided_at = now()
       FROM due d WHERE h.id = d.id RETURNING h.id, h.pipeline
     ),
     dropped AS (
       DELETE FROM queue_entry q USING chosen c WHERE q.pipeline = c.pipeline AND q.entity_key = c.entity_key
     ),
     ${over('ended')},
     ${countForRuns(`SELECT run, 'discarded' AS name, 1 AS change FROM chosen WHERE run IS NOT NULL`)}
     SELECT e.id, e.pipeline, (SELECT count(*) FROM chosen c WHERE c.removal_set = e.id) AS entries FROM ended e ORDER BY e.id`,
  );
  await takeUpStrays(sql);
  return ended;
}

/** What was put into a set that somebody had just decided on waits for nobody: it is read and judged anew. */
async function takeUpStrays(sql: Sql): Promise<void> {
  await sql.query(
    `WITH strays AS MATERIALIZED (
       SELECT q.pipeline, q.entity_key FROM queue_entry q
       WHERE q.state = 'held' AND q.removal_set IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM held_removal h WHERE h.id = q.removal_set AND h.state IN ('collecting', 'held'))
       ORDER BY q.pipeline, q.entity_key FOR UPDATE OF q
     )
     UPDATE queue_entry q SET state = 'ready', removal_set = NULL
     FROM strays s WHERE q.pipeline = s.pipeline AND q.entity_key = s.entity_key`,
  );
}
