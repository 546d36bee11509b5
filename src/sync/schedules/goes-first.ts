import type { Prerequisite } from '../../model/timing.js';
import { isNeverRead, newest, type KnownSlots, type Schedules } from './due-run.js';
import { lastSlot } from './slots-of.js';

/** A pipeline with its schedules and what is known of them. */
export interface PipelineSlots {
  readonly pipeline: string;
  readonly schedules: Schedules;
  readonly known: KnownSlots;
}

export interface GoesFirst {
  /** What its pass has to wait for; null: nothing. */
  readonly waits: string | null;
  /** What it starts without, because that was waited for long enough; null: nothing. */
  readonly without: string | null;
}

/**
 * Whether a full pass, or a sweep, of a pipeline waits for the pass of the same kind, and due as well, of one of those it depends on. A
 * pass that runs is waited for until it ends; one that failed, or does not begin, no longer than is said, counted from the
 * pipeline's own time.
 */
export function goesFirst(
  own: PipelineSlots,
  kind: 'full' | 'sweep',
  prerequisites: readonly Prerequisite[],
  others: readonly PipelineSlots[],
): GoesFirst {
  const timing = own.schedules[kind];
  const since = timing ? lastSlot(timing, own.known.now) : null;
  if (since === null) return { waits: null, without: null };
  const waitedMs = own.known.now.getTime() - since.getTime();
  const open = prerequisites.flatMap((one) => {
    const state = openPass(
      others.find(({ pipeline }) => pipeline === one.pipeline),
      kind,
    );
    return state === null ? [] : [{ ...one, state }];
  });
  const waited = open.find(({ state, atMostMs }) => state === 'running' || waitedMs < atMostMs);
  if (waited) return { waits: waitText(kind, waited), without: null };
  const without = open.map(({ pipeline, state }) => `without the ${kind} of ${pipeline}, which ${state}`);
  return { waits: null, without: without.length > 0 ? without.join(', ') : null };
}

/**
 * Whether the first load of a pipeline that something depends on has failed, and been waited for long enough since it was due. One that has not begun is
 * waited for: it may wait itself.
 */
export function isGivenUpOn({ pipeline, known }: PipelineSlots, prerequisites: readonly Prerequisite[]): boolean {
  const one = prerequisites.find((prerequisite) => prerequisite.pipeline === pipeline);
  const last = newest(known.slots, 'full');
  return one !== undefined && last?.state === 'failed' && known.now.getTime() - last.slot.getTime() >= one.atMostMs;
}

type OpenPass = 'running' | 'failed' | 'has not begun';

/** What is with the pass of this kind that is due; null where none is, or it is through. */
function openPass(other: PipelineSlots | undefined, kind: 'full' | 'sweep'): OpenPass | null {
  const timing = other?.schedules[kind];
  if (!other || !timing) return null;
  const { slots, lastFullSync, now } = other.known;
  const last = newest(slots, kind);
  if (last?.state === 'running') return 'running';
  const slot = lastSlot(timing, now);
  if (slot === null || (lastFullSync !== null && lastFullSync >= slot)) return null;
  if (last && last.slot >= slot) return last.state === 'failed' ? 'failed' : null;
  return isNeverRead(other.schedules, other.known) && kind === 'sweep' ? null : 'has not begun';
}

function waitText(kind: string, { pipeline, state }: { readonly pipeline: string; readonly state: OpenPass }): string {
  return state === 'failed' ? `depends on ${pipeline}, whose ${kind} failed` : `depends on ${pipeline}, whose ${kind} goes first`;
}
