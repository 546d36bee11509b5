import type { Sql } from '../../database/sql.js';
import { reported } from './incident.js';

/** What is held waits so long for a person; the evidence is too old after that (rule 14). */
export const patience = `interval '24 h'`;

/** A held set of a pipeline that waits for a person. One that everything was withdrawn from waits for nobody. */
const waits = (pipeline: string): string => `
    SELECT h.id, h.reason FROM held_removal h
    WHERE h.pipeline = ${pipeline} AND h.state = 'held' AND h.held_at > now() - ${patience}
      AND EXISTS (SELECT 1 FROM queue_entry q WHERE q.removal_set = h.id AND q.state = 'held')`;

export const anySetWaits = (pipeline: string): string => `EXISTS (${waits(pipeline)})`;

export async function waitingSet(sql: Sql, pipeline: string): Promise<{ readonly id: number; readonly reason: string } | null> {
  const [row] = await sql.query<{ id: number; reason: string }>(waits('$1'), [pipeline]);
  return row ?? null;
}

/** The set that gathers what a run removes, until it can be judged as one (rule 13). */
export async function collectingSet(sql: Sql, pipeline: string, run: number): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    `INSERT INTO held_removal AS h (pipeline, run, state) VALUES ($1, $2, 'collecting')
     ON CONFLICT (pipeline, run) WHERE state = 'collecting' DO UPDATE SET state = h.state RETURNING id`,
    [pipeline, run],
  );
  if (!row) throw new Error('the database answered no set of removals');
  return row.id;
}

/**
 * A pass begins: until it is through, nobody knows whether it is to be believed, and what its pipeline removes is gathered. A
 * pass of another run is over by then: two of a pipeline never read at once.
 */
export async function beginPass(sql: Sql, pipeline: string, run: number): Promise<void> {
  await sql.query(`UPDATE held_removal SET passing = false WHERE pipeline = $1 AND state = 'collecting' AND passing AND run <> $2`, [
    pipeline,
    run,
  ]);
  await sql.query(`UPDATE held_removal SET passing = true WHERE id = $1 AND state = 'collecting'`, [
    await collectingSet(sql, pipeline, run),
  ]);
}

/** However it ended, what it came to is known. */
export async function endPass(sql: Sql, pipeline: string, run: number): Promise<void> {
  await sql.query(`UPDATE held_removal SET passing = false WHERE pipeline = $1 AND run = $2 AND state = 'collecting'`, [pipeline, run]);
}

/** Notes what makes a pass suspicious: whatever is gathered from it is held, by the runs before an interruption too. */
export async function suspect(sql: Sql, pipeline: string, reason: string): Promise<void> {
  await sql.query(`UPDATE held_removal SET reason = $2 WHERE pipeline = $1 AND state = 'collecting'`, [pipeline, reason]);
}

/** The set that waits for a person, opened with its incident where none does. `first` where nobody knew of it yet. */
export async function heldSet(sql: Sql, pipeline: string, reason: string): Promise<{ readonly id: number; readonly first: boolean }> {
  const [row] = await sql.query<{ id: number; first: boolean }>(
    `WITH held AS (
       INSERT INTO held_removal AS h (pipeline, state, reason, held_at) VALUES ($1, 'held', $2, now())
       -- One whose time is over, or that everything was withdrawn from, begins anew.
       ON CONFLICT (pipeline) WHERE state = 'held' DO UPDATE SET
         reason = CASE WHEN ${anySetWaits('h.pipeline')} THEN h.reason ELSE excluded.reason END,
         held_at = CASE WHEN ${anySetWaits('h.pipeline')} THEN h.held_at ELSE excluded.held_at END
       RETURNING id, reason
     ),
     ${reported({ pipeline: '$1', message: '(SELECT reason FROM held)', when: 'EXISTS (SELECT 1 FROM held)' })}
     SELECT id, (SELECT first FROM reported) AS first FROM held`,
    [pipeline, reason],
  );
  if (!row) throw new Error(`the removals of ${pipeline} could not be held`);
  return row;
}

/** What earlier passes listed is no measure any more: a person, or a pass that took nothing away, said that it is well as it is. */
export const forgetMeasures = (pipelines: string): string =>
  `UPDATE pipeline_state SET last_pass_keys = NULL, last_full_keys = NULL, last_pass_values = NULL WHERE pipeline IN (SELECT pipeline FROM ${pipelines})`;
