import { judgeRemovals } from '../queue-builder/removal-guard.js';
import { readChanges, type Feed } from '../queue-builder/read-changes.js';
import { readKeys, type PassResult } from '../queue-builder/read-keys.js';
import { sweepCandidates } from '../mirror/sql/sweep-candidates.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { isDrained, openCounts, type OpenCounts } from '../queue/sql/open-counts.js';
import { watermark, type Watermark } from '../queue/sql/watermark.js';
import type { OpenProject } from './open-project.js';
import type { PipelineContext } from './pipeline-context.js';
import { countBatch } from './runs/count-batch.js';
import { noCounts, type RunCounts } from './runs/run-counts.js';
import { finishRun, startRun, type RunKind, type RunTrigger } from './runs/run-log.js';
import { holdRemovals } from './runs/hold-removals.js';
import { runWorker } from './sync-worker.js';

export interface SyncRequest {
  readonly pipeline: string;
  /** delta reads what changed; full reads everything and removes what is gone; sweep only looks for what is gone. */
  readonly kind: RunKind;
  readonly trigger: RunTrigger;
  readonly limit: number | null;
  readonly signal: AbortSignal;
  /** False: only queues; workers that run all the time deliver it. */
  readonly deliver?: boolean;
  progress?(progress: Progress): void;
}

/** How far a run is: for a progress bar. */
export interface Progress {
  readonly counts: Readonly<RunCounts>;
  /** How many records the pass will list, where the source says so. */
  readonly total: number | null;
}

export interface SyncResult {
  readonly run: number;
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly counts: RunCounts;
  readonly durationMs: number;
  readonly watermark: Watermark;
  readonly open: OpenCounts;
  /** Why it failed or what it held, in a sentence. */
  readonly message: string | null;
}

/** What an interrupted or busy reading means for the run. */
const readingProblems: Partial<Record<PassResult['state'] | 'busy' | 'overtaken' | 'stopped', string>> = {
  busy: 'another process is reading this feed now',
  overtaken: 'another process took over the reading of this feed',
};

/** One pass of one pipeline: notices what changed and works the queue until it is empty. */
export class SyncService {
  constructor(private readonly project: OpenProject) {}

  async sync(request: SyncRequest): Promise<SyncResult> {
    const context = this.project.context(request.pipeline);
    const { sql } = this.project;
    const started = performance.now();
    const counts = noCounts();
    const run = await startRun(sql, request.pipeline, request.kind, request.trigger, this.project.owner);
    const { state, message } = await this.attempt(context, request, run, counts).then(
      (held) => ({ state: request.signal.aborted ? ('cancelled' as const) : ('completed' as const), message: held }),
      (error: unknown) => ({ state: 'failed' as const, message: error instanceof Error ? error.message : String(error) }),
    );
    await finishRun(sql, run, state, counts, message);
    return {
      run,
      pipeline: request.pipeline,
      kind: request.kind,
      state,
      counts,
      durationMs: Math.round(performance.now() - started),
      watermark: await watermark(sql, request.pipeline, this.project.feed(context).name),
      open: await openCounts(sql, request.pipeline),
      message,
    };
  }

  /** Reads and works at the same time; answers what was held back for a person, if anything was. */
  private async attempt(context: PipelineContext, request: SyncRequest, run: number, counts: RunCounts): Promise<string | null> {
    if (request.deliver === false) return this.read(context, request, run, counts, (page) => void (counts.seen += page.seen));
    await this.project.provision(context, request.signal);
    const stopWork = new AbortController();
    const signal = AbortSignal.any([request.signal, stopWork.signal]);
    let reading = true;
    const work = runWorker(context, {
      worker: this.project.owner,
      leaseMs: this.project.leaseMs,
      idleMs: 50,
      signal,
      finished: async () => !reading && (await isDrained(context.sql, context.pipeline.name)),
      report: (report) => {
        countBatch(counts, report);
        request.progress?.({ counts, total });
      },
    });
    let total: number | null = null;
    const seen = (page: { seen: number; total?: number | null }): void => {
      counts.seen += page.seen;
      total = page.total ?? total;
      request.progress?.({ counts, total });
    };
    const read = this.read(context, request, run, counts, seen).finally(() => {
      reading = false;
    });
    // A reader that fails lets the worker finish what is queued; a worker that fails stops the reader's use.
    work.catch(() => stopWork.abort());
    const [readResult, workResult] = await Promise.allSettled([read, work]);
    context.carried.clear();
    if (workResult.status === 'rejected') throw workResult.reason;
    if (readResult.status === 'rejected') throw readResult.reason;
    return readResult.value;
  }

  private async read(
    context: PipelineContext,
    request: SyncRequest,
    run: number,
    counts: RunCounts,
    seen: (page: { seen: number; total?: number | null }) => void,
  ): Promise<string | null> {
    const feed = this.project.feed(context);
    if (request.kind === 'delta') {
      await this.readDelta(context, feed, request, run, counts, seen);
      return this.project.mustRemap(context.pipeline.name)
        ? this.readPass(context, { ...request, kind: 'full', limit: null }, run, counts, seen)
        : null;
    }
    // A new pipeline subscribes first and reads everything after that, so that nothing falls in between (rule 16).
    if (request.kind === 'full' && !(await this.project.isSubscribed(feed)))
      await this.readDelta(context, feed, request, run, noCounts(), () => undefined);
    return this.readPass(context, request, run, counts, seen);
  }

  /** Lists every key; what a completed pass did not find is removed or held. */
  private async readPass(
    context: PipelineContext,
    request: SyncRequest,
    run: number,
    counts: RunCounts,
    seen: (page: { seen: number; total?: number | null }) => void,
  ): Promise<string | null> {
    const kind = request.kind === 'sweep' ? 'sweep' : 'full';
    const pass = await this.onceFree(
      request.signal,
      () =>
        readKeys(context.sql, context.source, context.pipeline, {
          owner: this.project.owner,
          leaseMs: this.project.leaseMs,
          signal: request.signal,
          run,
          kind,
          cause: this.project.causeOf(kind, context.pipeline.name),
          limit: request.limit,
          room: () => context.carried.room(),
          page: (page) => {
            this.carry(context, page);
            this.countEnqueued(context, counts, page.result);
            seen(page);
          },
        }),
      ({ state }) => state,
    );
    const problem = readingProblems[pass.state];
    if (problem) throw new Error(problem);
    return pass.state === 'complete' ? this.removeWhatIsGone(context, kind, pass, run, counts) : null;
  }

  private async readDelta(
    context: PipelineContext,
    feed: Feed,
    request: SyncRequest,
    run: number,
    counts: RunCounts,
    seen: (page: { seen: number }) => void,
  ): Promise<void> {
    const state = await this.onceFree(
      request.signal,
      () =>
        readChanges(context.sql, feed, {
          owner: this.project.owner,
          leaseMs: this.project.leaseMs,
          signal: request.signal,
          run: (pipeline) => (pipeline === context.pipeline.name ? run : null),
          enqueued: (page) => {
            for (const pipeline of feed.pipelines) this.carry(this.project.context(pipeline.name), page);
            this.countEnqueued(context, counts, page.result);
            seen(page);
          },
        }),
      (state) => state,
    );
    const problem = readingProblems[state];
    if (problem) throw new Error(problem);
  }

  /** A reader that died still holds the feed for the rest of its lease: wait that long, and then say that somebody lives. */
  private async onceFree<Result>(signal: AbortSignal, read: () => Promise<Result>, stateOf: (result: Result) => string): Promise<Result> {
    const deadline = performance.now() + this.project.leaseMs * 1.2;
    for (;;) {
      const result = await read();
      if (stateOf(result) !== 'busy' || signal.aborted || performance.now() > deadline) return result;
      await new Promise((resolve) => setTimeout(resolve, Math.min(100, this.project.leaseMs / 20)));
    }
  }

  private carry(
    context: PipelineContext,
    page: Parameters<Parameters<typeof readKeys>[3]['page']>[0] | Parameters<Parameters<typeof readChanges>[2]['enqueued']>[0],
  ): void {
    for (const entry of page.result.entries) {
      const record = page.records.get(entry.key);
      if (record && entry.pipeline === context.pipeline.name)
        context.carried.put(entry.pipeline, entry.key, entry.revision, { record, readNumber: page.readNumber });
    }
  }

  private countEnqueued(
    context: PipelineContext,
    counts: RunCounts,
    result: { readonly counts: ReadonlyMap<string, { enqueued: number; coalesced: number; filtered: number }> },
  ): void {
    const own = result.counts.get(context.pipeline.name);
    counts.enqueued += own?.enqueued ?? 0;
    counts.coalesced += own?.coalesced ?? 0;
    counts.filtered += own?.filtered ?? 0;
  }

  /** Decides the removals of a completed pass as one set: queued with the pass as their proof, or held for a person (rules 11, 13). */
  private async removeWhatIsGone(
    context: PipelineContext,
    kind: 'full' | 'sweep',
    pass: PassResult,
    run: number,
    counts: RunCounts,
  ): Promise<string | null> {
    const { pipeline, sql } = context;
    const { candidates, live } = await sweepCandidates(sql, pipeline.name, pass.pass);
    const verdict = judgeRemovals(candidates.length, pass.listed, live, pipeline.deletes);
    await this.project.passCompleted(pipeline.name, kind, pass);
    if (verdict.kind === 'hold') {
      await holdRemovals(sql, pipeline.name, run, verdict.reason, candidates);
      counts.held += candidates.length;
      return `${candidates.length} removals are held for a person: ${verdict.reason}`;
    }
    const entries = candidates.map((row) => ({
      pipeline: pipeline.name,
      key: row.entityKey,
      kind: 'deleted' as const,
      version: null,
      priority: pipeline.queue.priority.deleted,
      changedFields: [],
    }));
    const result = await enqueue(sql, { cause: 'sweep', entries, hold: null, pass: pass.pass, run, move: null });
    counts.seen += entries.length;
    this.countEnqueued(context, counts, result);
    return null;
  }
}
