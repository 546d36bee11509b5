import type { ListedRun } from '../../sync/runs/sql/list-runs.js';

const told = ['seen', 'settled', 'unchanged', 'removed', 'dead', 'held'] as const;
const words: Readonly<Partial<Record<string, string>>> = { settled: 'delivered' };

/** What a run came to, in a line: what is nothing is left out. */
export function countText({ counts, left }: Pick<ListedRun, 'counts' | 'left'>): string {
  const parts = told.map((name) => [words[name] ?? name, Number(counts[name] ?? 0)] as const).filter(([, count]) => count > 0);
  return [...parts, ...(left > 0 ? [['left', left] as const] : [])].map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing';
}

/** How long it took, or takes until now. */
export function durationOf({ startedAt, finishedAt }: Pick<ListedRun, 'startedAt' | 'finishedAt'>, now = Date.now()): string {
  const seconds = Math.max(0, (finishedAt?.getTime() ?? now) - startedAt.getTime()) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
