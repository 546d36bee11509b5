import { isDrained } from '../../queue/sql/open-counts.js';
import type { OpenProject } from '../open-project.js';
import { closeLostRuns, type RunEnd } from '../runs/run-log.js';
import { syncFeed } from '../sync-feed.js';
import { SyncService } from '../sync-service.js';
import { dueRun, type DueRun, type Schedules } from './due-run.js';
import { HeldSlots } from './held-slots.js';
import { sharedDeltas, type DuePipeline } from './shared-deltas.js';
import { readSlots, type ScheduleState } from './sql/slots.js';

/** A delta that listens makes way for whatever else is due of its pipeline after so long at most. */
const longestListenMs = 60_000;

/** Starts deltas and full passes when they are due. They queue what changed; workers deliver it. */
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
    const states = await readSlots(this.project.sql, this.project.pipelines);
    const known: DuePipeline[] = [];
    for (const name of this.project.pipelines) {
      const state = states.find(({ pipeline }) => pipeline === name);
      if (state) known.push({ pipeline: name, feed: this.feedOf(name).name, due: await this.dueOf(state, states), slots: state.slots });
    }
    // A changed mapping goes over every key after its delta: it keeps nobody else waiting.
    const alone = ({ pipeline, due }: DuePipeline): boolean => due?.kind === 'full' || this.project.mustRemap(pipeline);
    for (const { pipeline, due } of known.filter(alone))
      if (due) await this.start([{ pipeline, due }], (slots) => this.runOne(slots, pipeline, due));
    for (const deltas of sharedDeltas(known.filter((one) => !alone(one)))) {
      const listenMs = this.listenMs(deltas, states);
      await this.start(deltas, (slots) => this.runDeltas(slots, listenMs));
    }
  }

  private async dueOf(state: ScheduleState, states: readonly ScheduleState[]): Promise<DueRun | null> {
    const due = dueRun(this.schedulesOf(state.pipeline), state);
    if (due === null || this.running.has(runName(state.pipeline, due))) return null;
    // With a changed mapping a delta goes over every key itself, and two passes of a pipeline never run at once.
    const isListing = state.slots.some((slot) => slot.kind === 'full' && slot.state === 'running' && !slot.lapsed);
    if (due.kind === 'delta' && isListing && this.project.mustRemap(state.pipeline)) return null;
    return state.lastFullSync === null && !(await this.isItsTurn(state.pipeline, states)) ? null : due;
  }

  /** Who shares a feed shares its deltas: the shortest time between two of them counts for all, and what listens does so without a pause. */
  private schedulesOf(pipeline: string): Schedules {
    const { delta, full } = this.project.context(pipeline).pipeline;
    if (delta === null) return { delta, full };
    const feed = this.feedOf(pipeline);
    const spans = feed.pipelines.flatMap((one) => one.delta?.everyMs ?? []);
    return { delta: { everyMs: Math.min(...spans, ...(feed.strategy === 'changes' ? [longestListenMs] : [])) }, full };
  }

  /** Until the next delta is due, by the database's clock; null where the source cannot wait for changes. */
  private listenMs(
    deltas: readonly { readonly pipeline: string; readonly due: DueRun }[],
    states: readonly ScheduleState[],
  ): number | null {
    const [first] = deltas;
    const now = states.find(({ pipeline }) => pipeline === first?.pipeline)?.now;
    if (!first || !now || this.feedOf(first.pipeline).strategy !== 'changes') return null;
    const span = this.schedulesOf(first.pipeline).delta?.everyMs ?? 0;
    return Math.max(0, first.due.slot.getTime() + span - now.getTime());
  }

  private feedOf(pipeline: string): ReturnType<OpenProject['feed']> {
    return this.project.feed(this.project.context(pipeline));
  }

  /** A first load begins once what it refers to stands in the shop: otherwise most of it would be sent twice. */
  private async isItsTurn(pipeline: string, states: readonly ScheduleState[]): Promise<boolean> {
    const before = this.project.pipelines.slice(0, this.project.pipelines.indexOf(pipeline));
    for (const name of this.project.context(pipeline).pipeline.dependsOn) {
      if (!before.includes(name)) continue;
      const wasRead = states.some((one) => one.pipeline === name && one.lastFullSync !== null);
      if (!wasRead || !(await isDrained(this.project.sql, name))) return false;
    }
    return true;
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
      const { state } = await work(slots);
      await slots.close(state === 'completed' ? 'done' : state === 'failed' ? 'failed' : 'given-up');
    } finally {
      slots.stopRenewing();
    }
  }

  private async runOne(slots: HeldSlots, pipeline: string, { kind }: DueRun): Promise<RunEnd> {
    const signal = AbortSignal.any([this.signal, slots.signal]);
    const result = await this.service.sync({ pipeline, kind, trigger: 'schedule', limit: null, signal, deliver: false });
    const { run, counts, durationMs } = result;
    const data = { pipeline, kind: result.kind, run, seen: counts.seen, enqueued: counts.enqueued, durationMs };
    this.say(result, data, counts.enqueued > 0 || kind === 'full');
    return result;
  }

  private async runDeltas(slots: HeldSlots, listenMs: number | null): Promise<RunEnd> {
    const signal = AbortSignal.any([this.signal, slots.signal]);
    const result = await syncFeed(this.project, { pipelines: slots.pipelines, trigger: 'schedule', signal, listenMs });
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

function runName(pipeline: string, { kind }: DueRun): string {
  return `${pipeline} ${kind}`;
}
