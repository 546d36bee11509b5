import type { Sql } from '../database/sql.js';
import type { Change } from '../model/change.js';
import type { CursorMove, NewEntry } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { nextReadNumber } from '../queue/sql/next-read-number.js';
import { usersOf } from '../queue/sql/references.js';
import { noticeRelated, rememberRelated } from '../queue/sql/related-changes.js';

/** A feed and the pipelines whose records use what it tells of. */
export interface RelatedFeed {
  readonly name: string;
  readonly usedBy: readonly string[];
}

/** The runs, by pipeline, that what is queued now belongs to. */
export type RunsFor = (pipelines: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** So many users are queued by one statement. */
const usersAtOnce = 1_000;

/**
 * Queues every record that uses something of a page, and no other: they were written down when they were mapped, so that
 * nobody reads the catalogue for it. What is queued holds no last sync time (rule 15). With `move` the cursor moves in
 * the statement that queues the last of them; without, the caller moves it after this. Answers false where the
 * cursor had been moved by another. With `runsFor` they belong to runs, and each statement counts what it queues: what is done again because
 * a process died over it is seen again.
 */
export async function fanOut(
  sql: Sql,
  feed: RelatedFeed,
  changes: readonly Change[],
  move: CursorMove | null,
  runsFor: RunsFor | null = null,
): Promise<boolean> {
  const users = await findUsers(sql, feed, changes);
  const parts = Array.from({ length: Math.ceil(users.length / usersAtOnce) || 1 }, (_, at) =>
    users.slice(at * usersAtOnce, (at + 1) * usersAtOnce),
  );
  for (const [at, part] of parts.entries()) {
    const last = at === parts.length - 1;
    const entries = part.map(asEntry);
    const run = (await runsFor?.([...new Set(part.map(({ pipeline }) => pipeline))])) ?? null;
    const request = { cause: 'reference' as const, entries, hold: null, pass: null, run, counted: run !== null };
    const { moved } = await enqueue(sql, { ...request, move: last ? move : null });
    if (!moved) return false;
  }
  await rememberRelated(sql, feed.name, changes);
  return true;
}

async function findUsers(sql: Sql, feed: RelatedFeed, changes: readonly Change[]): Promise<{ pipeline: string; key: string }[]> {
  if (changes.length === 0) return [];
  // Drawn after the page was read: whoever is read under a higher number is read after what it tells of had happened.
  const news = await noticeRelated(sql, feed.name, changes, await nextReadNumber(sql));
  const users = await usersOf(
    sql,
    [...news].map((key) => ({ pipeline: feed.name, key })),
  );
  return users.filter(({ pipeline }) => feed.usedBy.includes(pipeline));
}

function asEntry({ pipeline, key }: { readonly pipeline: string; readonly key: string }): NewEntry {
  return { pipeline, key, kind: 'updated', version: null, priority: 0, changedFields: [] };
}
