import type { Sql } from '../../database/sql.js';

/** A removal as it was judged: exact to the send, so that a later release can tell whether it still stands (rule 14). */
export interface RemovalCandidate {
  readonly documentKey: string;
  readonly entityKey: string;
  readonly sendNumber: number;
}

/** Keeps the removals of a run for a person, as one set. A newer set replaces one that is still waiting. */
export async function holdRemovals(
  sql: Sql,
  pipeline: string,
  run: number,
  reason: string,
  items: readonly RemovalCandidate[],
): Promise<void> {
  await sql.query(
    `WITH replaced AS (UPDATE held_removal SET state = 'expired' WHERE pipeline = $1 AND state = 'held')
     INSERT INTO held_removal (pipeline, run, reason, items) VALUES ($1, $2, $3, $4)`,
    [pipeline, run, reason, JSON.stringify(items)],
  );
}

/** Ends the wait of what was held: a later pass has judged again. */
export async function forgetHeldRemovals(sql: Sql, pipeline: string): Promise<void> {
  await sql.query(`UPDATE held_removal SET state = 'expired' WHERE pipeline = $1 AND state = 'held'`, [pipeline]);
}
