import type { EntryState } from './sql/open-counts.js';

/** Which entries are meant; what is left out does not narrow it. */
export interface EntryFilter {
  readonly pipeline?: string;
  readonly states?: readonly EntryState[];
  readonly key?: string;
  /** Those that failed for one cause. */
  readonly fingerprint?: string;
  /** Those that have been in the queue for longer than this. */
  readonly olderThanMs?: number;
}

/** The filter as a condition on `queue_entry q`; its parameters are $1 to $5. */
export const filterCondition = `
  ($1::text IS NULL OR q.pipeline = $1) AND ($2::text[] IS NULL OR q.state = ANY($2)) AND ($3::text IS NULL OR q.entity_key = $3)
  AND ($4::text IS NULL OR q.error_fingerprint = $4) AND ($5::float8 IS NULL OR q.enqueued_at < now() - $5 * interval '1 ms')`;

export function filterParameters({ pipeline, states, key, fingerprint, olderThanMs }: EntryFilter): unknown[] {
  return [pipeline ?? null, states ?? null, key ?? null, fingerprint ?? null, olderThanMs ?? null];
}

/** Of the states a person asked for, those the action is possible in; all of these where none was named. */
export function narrowStates(filter: EntryFilter, possible: readonly EntryState[]): EntryFilter {
  return { ...filter, states: filter.states?.filter((state) => possible.includes(state)) ?? possible };
}
