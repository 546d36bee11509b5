import type { NewEntry } from './entry.js';

/** Entries of one page, one per pipeline and key, and how many repetitions of each pipeline were folded into them. */
export interface FoldedEntries {
  readonly entries: readonly NewEntry[];
  readonly repeated: ReadonlyMap<string, number>;
}

/** Folds what a page lists twice: the last one says kind and version, nothing of the earlier ones is lost. */
export function foldEntries(entries: readonly NewEntry[]): FoldedEntries {
  const folded = new Map<string, NewEntry>();
  const repeated = new Map<string, number>();
  for (const entry of entries) {
    const id = `${entry.pipeline}\u0000${entry.key}`;
    const earlier = folded.get(id);
    folded.set(id, earlier ? foldTwo(earlier, entry) : entry);
    if (earlier) repeated.set(entry.pipeline, (repeated.get(entry.pipeline) ?? 0) + 1);
  }
  return { entries: [...folded.values()], repeated };
}

function foldTwo(earlier: NewEntry, later: NewEntry): NewEntry {
  const unknown = earlier.changedFields.length === 0 || later.changedFields.length === 0;
  return {
    ...later,
    kind: earlier.kind === 'created' && later.kind === 'updated' ? 'created' : later.kind,
    priority: Math.max(earlier.priority, later.priority),
    unwatched: (earlier.unwatched ?? false) && (later.unwatched ?? false),
    changedFields: unknown ? [] : [...new Set([...earlier.changedFields, ...later.changedFields])],
  };
}
