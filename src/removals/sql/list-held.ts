import type { Sql } from '../../database/sql.js';

/** Removals that wait for a person, as one set. */
export interface WaitingSet {
  readonly id: number;
  readonly pipeline: string;
  readonly reason: string;
  readonly heldAt: Date;
  /** After that nobody can release it: the evidence is too old. */
  readonly expiresAt: Date;
  readonly removals: number;
  /** The first of its entities. */
  readonly examples: readonly string[];
}

/** The sets that wait, the oldest first. */
export async function listHeld(sql: Sql, examples = 5): Promise<WaitingSet[]> {
  return sql.query<WaitingSet>(
    `SELECT h.id, h.pipeline, h.reason, h.held_at AS "heldAt", h.held_at + interval '24 h' AS "expiresAt", q.removals, q.examples
     FROM held_removal h
     CROSS JOIN LATERAL (
       SELECT count(*) AS removals,
              coalesce((array_agg(e.entity_key ORDER BY e.entity_key))[1:$1], '{}') AS examples
       FROM queue_entry e WHERE e.removal_set = h.id AND e.state = 'held'
     ) q
     WHERE h.state = 'held' AND q.removals > 0
     ORDER BY h.held_at, h.id`,
    [examples],
  );
}
