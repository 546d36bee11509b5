import { isDrained } from '../../queue/sql/open-counts.js';
import type { OpenProject } from '../open-project.js';
import { closeLostRuns, type RunEnd } from '../runs/run-log.js';
import { syncFeed } from '../sync-feed.js';
import { SyncService } from '../sync-service.js';
import { dueRun, newest, skippedSlots, type DueRun, type ScheduledKind, type Schedules } from './due-run.js';
import { goesFirst, isGivenUpOn, type GoesFirst, type PipelineSlots } from './goes-first.js';
import { HeldSlots } from './held-slots.js';
import { sharedDeltas, type DuePipeline } from './shared-deltas.js';
import { readSlots, recordSkipped, type ScheduleState } from './sql/slots.js';

/** A delta that listens makes way for whatever else is due of its pipeline after so long at most. */
const longestListenMs = 60_000;

interface ReadSlots extends PipelineSlots {
  readonly known: ScheduleState;
}

/** Starts deltas, full passes and sweeps when they are due. They queue what changed; workers deliver it. */
export class Scheduler {
  private readonly running = new Map<string, Promise<void>>();
  private readonly service: SyncService;
  private looking: Promise<void> | null = null;

  /** The signal lets what is running come to a stand, and gives it up for whoever is next. */
  constructor(
    private readonly project: OpenProject,
    private readonly signal: AbortSignal,
  ) {
    this.service = new SyncService(project);
  }

  /** Looks what is due now and starts it; resolves as soon as it is under way. Does nothing while an earlier look is not through. */
  async tick(): Promise<void> {
    if (this.looking !== null || this.signal.aborted) return;
    this.looking = this.look();
    try {
      await this.looking;
    } finally {
      this.looking = null;
    }
  }

  /** Resolves once nothing is running any more. */
  async ended(): Promise<void> {
    await this.looking?.catch(() => undefined);
    await Promise.all(this.running.values());
  }

  private async look(): Promise<void> {
    const slots = (await readSlots(this.project.sql, this.project.pipelines)).map((known) => this.withSchedules(known));
    const known: DuePipeline[] = [];
    for (const one of slots) {
      const due = await this.dueOf(one, slots);
      known.push({ pipeline: one.pipeline, feed: this.feedOf(one.pipeline).name, due, slots: one.known.slots });
    }
    // A changed mapping goes over every key after its delta: it keeps nobody else waiting.
    const alone = ({ pipeline, due }: DuePipeline): boolean => (due !== null && due.kind !== 'delta') || this.project.mustRemap(pipeline);
    for (const { pipeline, due } of known.filter(alone))
      if (due) await this.start([{ pipeline, due }], (held) => this.runOne(held, pipeline, due));
    for (const deltas of sharedDeltas(known.filter((one) => !alone(one)))) {
      const listenMs = this.listenMs(deltas, slots);
      await this.start(deltas, (held) => this.runDeltas(held, listenMs));
    }
  }

  /** What is to be started of a pipeline now; what is not, though its time has come, is written down. */
  private async dueOf(one: ReadSlots, all: readonly ReadSlots[]): Promise<DueRun | null> {
    const { pipeline, schedules } = one;
    const first = one.known.lastFullSync === null ? await this.firstLoadGoesFirst(one, all) : null;
    const { waitsFor } = this.project.context(pipeline).pipeline;
    const passes = { full: first ?? goesFirst(one, 'full', waitsFor, all), sweep: first ?? goesFirst(one, 'sweep', waitsFor, all) };
    const known = { ...one.known, waits: this.waitsOf(one, passes) };
    const due = dueRun(schedules, known);
    await recordSkipped(this.project.sql, pipeline, skippedSlots(schedules, known, due));
    if (due === null || this.running.has(runName(pipeline, due))) return null;
    const without = due.kind === 'delta' ? null : passes[due.kind].without;
    return without === null ? due : { ...due, note: without };
  }

  private waitsOf(one: ReadSlots, passes: Readonly<Record<'full' | 'sweep', GoesFirst>>): Readonly<Record<ScheduledKind, string | null>> {
    const waits = this.waitsOfOthers(one, passes);
    const { requested } = one.known;
    // What somebody asked for reads the same: whoever started beside it would only wait for it, and fail.
    const lists = requested.find((kind) => kind === 'full' || kind === 'sweep');
    return {
      delta: requested.includes('delta') ? 'a delta that somebody asked for is running' : waits.delta,
      full: lists ? `a ${lists} that somebody asked for is running` : waits.full,
      sweep: lists ? `a ${lists} that somebody asked for is running` : waits.sweep,
    };
  }

  private waitsOfOthers(
    { pipeline, known }: ReadSlots,
    passes: Readonly<Record<'full' | 'sweep', GoesFirst>>,
  ): Readonly<Record<ScheduledKind, string | null>> {
    const { pausedSource, lastFullSync, slots } = known;
    if (pausedSource !== null) return everyKind(`the connection ${pausedSource} is paused`);
    if (lastFullSync === null && passes.full.waits !== null) return everyKind(passes.full.waits);
    // With a changed mapping a delta goes over every key itself, and two passes of a pipeline never run at once.
    const listing = slots.find(({ kind, state, lapsed }) => kind !== 'delta' && state === 'running' && !lapsed);
    const delta = listing && this.project.mustRemap(pipeline) ? `a ${listing.kind} is still running` : null;
    return { delta, full: passes.full.waits, sweep: passes.sweep.waits };
  }

  private withSchedules(known: ScheduleState): ReadSlots {
    return { pipeline: known.pipeline, known, schedules: this.schedulesOf(known.pipeline) };
  }

  /**
   * Who shares a feed shares its deltas: the shortest time between two of them counts for all, they start at one moment, and what
   * listens does so without a pause.
   */
  private schedulesOf(pipeline: string): Schedules {
    const { delta, full, sweep, blackouts } = this.project.context(pipeline).pipeline;
    const passes = {
      full: full && { ...full, seed: `${pipeline} full` },
      sweep: sweep && { ...sweep, seed: `${pipeline} sweep` },
      blackouts,
    };
    if (delta === null) return { ...passes, delta };
    const feed = this.feedOf(pipeline);
    const seed = `${feed.name} delta`;
    if (!('everyMs' in delta)) return { ...passes, delta: { ...delta, seed } };
    const spans = feed.pipelines.flatMap((one) => (one.delta && 'everyMs' in one.delta ? one.delta.everyMs : []));
    const everyMs = Math.min(...spans, ...(feed.strategy === 'changes' ? [longestListenMs] : []));
    const shares = feed.pipelines.map((one) => one.delta?.jitterMs ?? 0);
    return { ...passes, delta: { everyMs, jitterMs: Math.min(...shares, everyMs - 1), seed } };
  }

  /** Until the next delta is due, by the database's clock; null where the source cannot wait for changes, or is asked at certain times. */
  private listenMs(deltas: readonly { readonly pipeline: string; readonly due: DueRun }[], slots: readonly ReadSlots[]): number | null {
    const [first] = deltas;
    const one = slots.find(({ pipeline }) => pipeline === first?.pipeline);
    const delta = one?.schedules.delta;
    if (!first || !delta || !('everyMs' in delta) || this.feedOf(first.pipeline).strategy !== 'changes') return null;
    return Math.max(0, first.due.slot.getTime() + delta.everyMs - one.known.now.getTime());
  }

  private feedOf(pipeline: string): ReturnType<OpenProject['feed']> {
    return this.project.feed(this.project.context(pipeline));
  }

  /** A first load begins once what it refers to stands in the shop: otherwise most of it would be sent twice. */
  private async firstLoadGoesFirst({ pipeline, known }: ReadSlots, all: readonly ReadSlots[]): Promise<GoesFirst> {
    if (newest(known.slots, 'full')?.state === 'running') return { waits: null, without: null };
    const before = this.project.pipelines.slice(0, this.project.pipelines.indexOf(pipeline));
    const { dependsOn, waitsFor } = this.project.context(pipeline).pipeline;
    const failed: string[] = [];
    for (const name of dependsOn.filter((one) => before.includes(one))) {
      const other = all.find((one) => one.pipeline === name);
      const wasRead = other !== undefined && other.known.lastFullSync !== null;
      if (other && !wasRead && isGivenUpOn(other, waitsFor)) failed.push(`without the first load of ${name}, which failed`);
      else if (!wasRead) return { waits: `depends on ${name}, whose first load goes first`, without: null };
      else if (!(await isDrained(this.project.sql, name)))
        return { waits: `depends on ${name}, which is not delivered yet`, without: null };
    }
    return { waits: null, without: failed.length > 0 ? failed.join(', ') : null };
  }

  private async start(
    wanted: readonly { readonly pipeline: string; readonly due: DueRun }[],
    work: (slots: HeldSlots) => Promise<RunEnd>,
  ): Promise<void> {
    if (this.signal.aborted) return;
    const slots = await HeldSlots.take(this.project, wanted);
    if (slots === null) return;
    const { pipelines } = slots;
    const names = slots.held.map(({ pipeline, due }) => runName(pipeline, due));
    const run = this.run(slots, work)
      .catch((error: unknown) => this.project.log.error('a scheduled run could not be closed', { pipelines, error: String(error) }))
      .finally(() => names.forEach((name) => this.running.delete(name)));
    for (const name of names) this.running.set(name, run);
  }

  private async run(slots: HeldSlots, work: (slots: HeldSlots) => Promise<RunEnd>): Promise<void> {
    try {
      // Of one kind they run one at a time: whatever else says that it is running died.
      for (const { pipeline, due } of slots.held) await closeLostRuns(this.project.sql, pipeline, due.kind);
      const { state, cancelledBy } = await work(slots);
      // What a person ended is over: nobody begins it anew before its next time.
      if (cancelledBy !== undefined) await slots.close('done', `cancelled by ${cancelledBy}`);
      else await slots.close(state === 'completed' ? 'done' : state === 'failed' ? 'failed' : 'given-up');
    } finally {
      slots.stopRenewing();
    }
  }

  private async runOne(slots: HeldSlots, pipeline: string, { kind, slot }: DueRun): Promise<RunEnd> {
    const signal = AbortSignal.any([this.signal, slots.signal]);
    const result = await this.service.sync({ pipeline, kind, trigger: 'schedule', slot, limit: null, signal, deliver: false });
    const { run, counts, durationMs } = result;
    const data = { pipeline, kind: result.kind, run, seen: counts.seen, enqueued: counts.enqueued, durationMs };
    this.say(result, data, counts.enqueued > 0 || kind !== 'delta');
    return result;
  }

  private async runDeltas(slots: HeldSlots, listenMs: number | null): Promise<RunEnd> {
    const signal = AbortSignal.any([this.signal, slots.signal]);
    const result = await syncFeed(this.project, { pipelines: slots.pipelines, slots: slots.times, trigger: 'schedule', signal, listenMs });
    const enqueued = result.runs.reduce((sum, { counts }) => sum + counts.enqueued, 0);
    const data = { pipelines: slots.pipelines, kind: 'delta', seen: result.runs[0]?.counts.seen, enqueued, durationMs: result.durationMs };
    this.say(result, data, enqueued > 0);
    return result;
  }

  private say({ state, message }: RunEnd, facts: Readonly<Record<string, unknown>>, isNews: boolean): void {
    const { log } = this.project;
    const data = { ...facts, state, message };
    if (state === 'failed') log.error('a scheduled run failed', data);
    else if (message !== null) log.warn('a scheduled run needs a person', data);
    else log[isNews ? 'info' : 'debug']('a scheduled run is through', data);
  }
}

function everyKind(reason: string): Readonly<Record<ScheduledKind, string>> {
  return { delta: reason, full: reason, sweep: reason };
}

function runName(pipeline: string, { kind }: DueRun): string {
  return `${pipeline} ${kind}`;
}
