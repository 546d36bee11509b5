import type { DueRun, TakenSlot } from './due-run.js';

/** A pipeline with what is due of it, and what is known of its slots. */
export interface DuePipeline {
  readonly pipeline: string;
  readonly feed: string;
  readonly due: DueRun | null;
  readonly slots: readonly TakenSlot[];
}

/**
 * The deltas that are due, those of one feed together: it is read once for all of them. Where another process has begun
 * to read a feed for this slot, it does so for whoever is left as well.
 */
export function sharedDeltas(
  pipelines: readonly DuePipeline[],
): readonly (readonly { readonly pipeline: string; readonly due: DueRun }[])[] {
  const groups = new Map<string, { pipeline: string; due: DueRun }[]>();
  for (const { pipeline, feed, due } of pipelines) {
    if (due?.kind !== 'delta' || pipelines.some((other) => other.feed === feed && isBeingRead(other, due.slot))) continue;
    groups.set(feed, [...(groups.get(feed) ?? []), { pipeline, due }]);
  }
  return [...groups.values()];
}

function isBeingRead({ slots }: DuePipeline, slot: Date): boolean {
  return slots.some(({ kind, state, lapsed, slot: taken }) => kind === 'delta' && state === 'running' && !lapsed && taken >= slot);
}
