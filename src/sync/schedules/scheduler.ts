import { isDrained } from '../../queue/sql/open-counts.js';
import type { OpenProject } from '../open-project.js';
import { closeLostRuns } from '../runs/run-log.js';
import { SyncService } from '../sync-service.js';
import { dueRun, type DueRun } from './due-run.js';
import { closeSlot, keepSlot, readSlots, takeSlot, type ScheduleState, type SlotToken } from './sql/slots.js';

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
    for (const state of states) {
      if (this.running.has(state.pipeline)) continue;
      const { delta, full } = this.project.context(state.pipeline).pipeline;
      const due = dueRun({ delta, full }, state);
      if (due === null || (state.lastFullSync === null && !(await this.isItsTurn(state.pipeline, states)))) continue;
      if (!this.signal.aborted) await this.start(state.pipeline, due);
    }
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

  private async start(pipeline: string, due: DueRun): Promise<void> {
    const { sql, owner, leaseMs } = this.project;
    const token = await takeSlot(sql, pipeline, due, { owner, leaseMs });
    if (token === null) return;
    const run = this.run(pipeline, due, token)
      .catch((error: unknown) => this.project.log.error('a scheduled run could not be closed', { pipeline, ...due, error: String(error) }))
      .finally(() => this.running.delete(pipeline));
    this.running.set(pipeline, run);
  }

  private async run(pipeline: string, due: DueRun, token: SlotToken): Promise<void> {
    const { sql, log } = this.project;
    const lost = new AbortController();
    const signal = AbortSignal.any([this.signal, lost.signal]);
    const stopKeeping = this.keep(pipeline, due, token, lost);
    try {
      // It runs one at a time: whatever else says that it is running died.
      await closeLostRuns(sql, pipeline);
      const result = await this.service.sync({ pipeline, kind: due.kind, trigger: 'schedule', limit: null, signal, deliver: false });
      const { state, message, counts, durationMs } = result;
      const data = { pipeline, kind: due.kind, run: result.run, state, seen: counts.seen, enqueued: counts.enqueued, durationMs, message };
      if (state === 'failed') log.error('a scheduled run failed', data);
      else if (message !== null) log.warn('a scheduled run needs a person', data);
      else log[counts.enqueued > 0 || due.kind === 'full' ? 'info' : 'debug']('a scheduled run is through', data);
      await closeSlot(sql, pipeline, due, token, state === 'completed' ? 'done' : state === 'failed' ? 'failed' : 'given-up');
    } finally {
      stopKeeping();
    }
  }

  /** Renews the lease of a slot as long as it runs. A run that lost it ends: another process has begun it anew. */
  private keep(pipeline: string, due: DueRun, token: SlotToken, lost: AbortController): () => void {
    const { sql, leaseMs, log } = this.project;
    const renew = async (): Promise<void> => {
      try {
        if (await keepSlot(sql, pipeline, due, token, leaseMs)) return;
        lost.abort();
      } catch (error) {
        log.warn('the lease of a scheduled run could not be renewed', { pipeline, error: String(error) });
      }
    };
    const timer = setInterval(() => void renew(), leaseMs / 3);
    return () => clearInterval(timer);
  }
}
