import { fanOutGone } from '../queue-builder/fan-out-gone.js';
import { initialPriority } from '../queue-builder/initial-priority.js';
import { readKeys, type PassResult } from '../queue-builder/read-keys.js';
import { inLogContext } from '../logging/log-context.js';
import { sweepCandidates } from '../mirror/sql/sweep-candidates.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { isDrained, openCounts, type OpenCounts } from '../queue/sql/open-counts.js';
import { pausesOf, pauseText } from '../queue/sql/pauses.js';
import type { Watermark } from '../queue/sql/watermark.js';
import { judgeRemovals, suspectPass } from '../removals/judge-removals.js';
import { countListed } from '../removals/sql/count-listed.js';
import { holdCandidates, withdrawListed } from '../removals/sql/hold-candidates.js';
import { beginPass, collectingSet, endPass, suspect } from '../removals/sql/sets.js';
import { takeOverHeld } from '../removals/sql/take-over-held.js';
import { tellFirstLoad } from './first-load/tell-first-load.js';
import type { Forecast } from './forecast/forecast.js';
import { PassProgress } from './forecast/pass-progress.js';
import { duringRun, type BegunRun } from './journey.js';
import { judgeCollected } from './judge-collected.js';
import { lastPass } from './mapping-number.js';
import { moveLastSync } from './move-last-sync.js';
import type { OpenProject } from './open-project.js';
import type { PipelineContext } from './pipeline-context.js';
import { onceFree } from './once-free.js';
import type { Chosen } from './chosen.js';
import { readChosen } from './read-chosen.js';
import { readFeed } from './read-feed.js';
import { readRelated, subscribeRelated } from './read-related.js';
import { countBatch, countsByRun } from './runs/count-batch.js';
import { countEnqueued } from './runs/count-enqueued.js';
import { noCounts, type RunCounts } from './runs/run-counts.js';
import { addCounts, endOfRun, finishRun, startRun, type RecordedKind, type RunEnd, type RunKind, type RunTrigger } from './runs/run-log.js';
import type { RunPhases } from './runs/run-phases.js';
import { RunTally } from './runs/run-tally.js';
import { aliveMs, RunWatch } from './runs/run-watch.js';
import { milderThan, policyFor } from './take-down-policy.js';
import { takeOff } from './take-off.js';
import { runWorker } from './sync-worker.js';

export interface SyncRequest {
  readonly pipeline: string;
  /** delta reads what changed; full reads everything and removes what is gone; sweep only looks for what is gone; partial reads what was chosen; drain reads nothing. */
  readonly kind: RunKind;
  readonly trigger: RunTrigger;
  /** Who asked for it: "user anna". */
  readonly by?: string;
  /** The time of its schedule. */
  readonly slot?: Date;
  /** What was asked for through the API. */
  readonly request?: number;
  readonly limit: number | null;
  /** What a partial sync brings. */
  readonly chosen?: Chosen;
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
  /** Of a full pass, as soon as something is listed. */
  readonly forecast: Forecast | null;
}

/** A run that is under way, and what it has come to so far. */
interface CurrentRun {
  readonly id: number;
  readonly tally: RunTally;
  readonly progress: PassProgress;
  readonly phases: RunPhases;
}

type Seen = (page: { readonly seen: number; readonly total?: number | null }) => void;

export interface SyncResult extends RunEnd {
  readonly run: number;
  readonly pipeline: string;
  readonly kind: RecordedKind;
  readonly counts: RunCounts;
  readonly durationMs: number;
  readonly watermark: Watermark;
  readonly open: OpenCounts;
}

/** One pass of one pipeline: notices what changed and works the queue until it is empty. */
export class SyncService {
  constructor(private readonly project: OpenProject) {}

  async sync(request: SyncRequest): Promise<SyncResult> {
    const { pipeline } = request;
    const context = this.project.context(pipeline);
    const { sql } = this.project;
    const started = performance.now();
    const kind = request.kind === 'full' && (await this.project.isFirstLoad(pipeline)) ? 'initial' : request.kind;
    const { owner, leaseMs } = this.project;
    const { trigger, by, slot } = request;
    const isPass = request.kind === 'full' || request.kind === 'sweep';
    const feed = isPass ? `${pipeline}/${request.kind}` : this.project.feed(context).name;
    const id = await startRun(sql, {
      ...{ pipeline, kind, trigger, owner, by, slot, request: request.request, feed },
      ...{ aliveMs: aliveMs(leaseMs), after: context.pipeline.hasAfter },
    });
    const watch = new RunWatch(this.project, [id]);
    const signal = AbortSignal.any([request.signal, watch.signal]);
    const run = { id, tally: new RunTally(sql, id), progress: new PassProgress(sql, pipeline, id), phases: watch.phases };
    const work = (): Promise<string | null> => this.attempt(context, { ...request, signal }, run);
    const begun: BegunRun = { pipelines: [pipeline], runs: [id], kind, trigger };
    const end = await inLogContext({ pipeline, run: id }, () => duringRun(context.journey, begun, () => endOfRun(work(), signal, watch)));
    watch.stop();
    await run.tally.write();
    await context.history.written();
    await finishRun(sql, id, end, feed, watch.phases.all);
    context.journey.ran?.({ pipeline, kind, state: end.state, tookMs: performance.now() - started });
    // Whatever run it is that delivers the last of it.
    if (request.deliver !== false) await tellFirstLoad(sql, context.log, pipeline);
    return {
      run: id,
      pipeline,
      kind,
      ...end,
      counts: run.tally.counts,
      durationMs: Math.round(performance.now() - started),
      watermark: await moveLastSync(this.project, context, request.signal),
      open: await openCounts(sql, pipeline),
      message: end.message ?? (await this.standstill(pipeline)),
    };
  }

  /** Why nothing is delivered, where people paused something. */
  private async standstill(pipeline: string): Promise<string | null> {
    const pauses = await pausesOf(this.project.sql, pipeline);
    return pauses.length === 0 ? null : `nothing is delivered: ${pauses.map(pauseText).join(', ')}`;
  }

  /** Reads and works at the same time; answers what was held back for a person, if anything was. */
  private async attempt(context: PipelineContext, request: SyncRequest, run: CurrentRun): Promise<string | null> {
    if (request.deliver === false) return run.phases.during('reading', () => this.read(context, request, run, () => undefined));
    await run.phases.during('preparing', () => this.project.provision(context, request.signal));
    const stopWork = new AbortController();
    const signal = AbortSignal.any([request.signal, stopWork.signal]);
    const { counts, foreign } = run.tally;
    let reading = true;
    let held: string | null = null;
    const judge = async (): Promise<boolean> => {
      const { going, own, message } = await judgeCollected(context, run.id);
      counts.held -= going;
      foreign.held -= going - own;
      held = message ?? held;
      return going > 0;
    };
    let total: number | null = null;
    const show = (): void => request.progress?.({ counts, total, forecast: run.progress.forecast });
    const deliver = (): Promise<void> =>
      runWorker(context, {
        worker: this.project.owner,
        leaseMs: this.project.leaseMs,
        idleMs: 50,
        signal,
        // What the run removes is judged once all of it is known, and worked on before this ends. Before it is asked whether
        // anything waits: it may wait for just that, a place that is to become free.
        finished: async () => !reading && !(await judge()) && (await isDrained(context.sql, context.pipeline.name)),
        report: async (report) => {
          countBatch(counts, report);
          countBatch(foreign, { ...report, finished: report.finished.filter((entry) => entry.run !== run.id) });
          for (const [other, theirs] of countsByRun(report)) if (other !== run.id) await addCounts(context.sql, other, theirs);
          run.tally.note();
          await run.progress.lookNowAndThen();
          show();
        },
      });
    const work = run.phases.during('delivering', deliver);
    const seen: Seen = (page) => {
      total = page.total ?? total;
      show();
    };
    const readAll = (): Promise<string | null> => this.read(context, request, run, seen);
    const read = run.phases.during('reading', readAll).finally(() => {
      reading = false;
    });
    // A reader that fails lets the worker finish what is queued; a worker that fails stops the reader's use.
    work.catch(() => stopWork.abort());
    const [readResult, workResult] = await Promise.allSettled([read, work]);
    context.carried.clear();
    await takeOff(this.project, this.project.feed(context), request.signal);
    if (workResult.status === 'rejected') throw workResult.reason;
    if (readResult.status === 'rejected') throw readResult.reason;
    return readResult.value ?? held;
  }

  private async read(context: PipelineContext, request: SyncRequest, run: CurrentRun, seen: Seen): Promise<string | null> {
    const feed = this.project.feed(context);
    const served = { run: run.id, counts: run.tally.counts };
    if (request.kind === 'drain') return null;
    if (request.kind === 'partial') {
      await readChosen(context, request.chosen ?? { keys: [] }, { ...served, signal: request.signal, seen });
      return null;
    }
    if (request.kind === 'delta') {
      const { signal } = request;
      await readFeed(this.project, feed, new Map([[request.pipeline, served]]), { signal, seen });
      await readRelated(this.project, this.project.relatedFeeds(context), signal);
      return this.project.mustRemap(context.pipeline.name)
        ? this.readPass(context, { ...request, kind: 'full', limit: null }, run, seen)
        : null;
    }
    // A new pipeline subscribes first and reads everything after that, so that nothing falls in between (rule 16).
    if (request.kind === 'full' && !(await this.project.isSubscribed(feed)))
      await readFeed(this.project, feed, new Map([[request.pipeline, { run: run.id, counts: noCounts() }]]), { signal: request.signal });
    if (request.kind === 'full') await subscribeRelated(this.project, this.project.relatedFeeds(context), request.signal);
    return this.readPass(context, request, run, seen);
  }

  /** Lists every key; what a completed pass did not find is removed or held. */
  private async readPass(context: PipelineContext, request: SyncRequest, run: CurrentRun, seen: Seen): Promise<string | null> {
    const { sql, pipeline } = context;
    await beginPass(sql, pipeline.name, run.id);
    try {
      await this.readAndCompare(context, request, run, seen);
    } finally {
      await endPass(sql, pipeline.name, run.id);
    }
    return null;
  }

  private async readAndCompare(context: PipelineContext, request: SyncRequest, run: CurrentRun, seen: Seen): Promise<void> {
    const kind = request.kind === 'sweep' ? 'sweep' : 'full';
    const { pipeline, mapping } = context;
    const { counts } = run.tally;
    const taken = await takeOverHeld(context.sql, pipeline.name, run.id);
    counts.seen += taken;
    counts.enqueued += taken;
    const cause = await this.project.causeOf(kind, pipeline.name);
    const priority = (await this.project.isFirstLoad(pipeline.name)) ? initialPriority(pipeline.queue.priority) : 0;
    const pass = await onceFree(
      { leaseMs: this.project.leaseMs, signal: request.signal },
      () =>
        readKeys(context.sql, context.source, pipeline, {
          owner: this.project.owner,
          leaseMs: this.project.leaseMs,
          signal: request.signal,
          run: run.id,
          ...{ kind, cause, priority, mapping },
          limit: request.limit,
          room: async () => {
            run.tally.note();
            await run.progress.lookNowAndThen();
            await context.carried.room();
          },
          page: (page) => {
            context.carried.putPage(pipeline.name, page);
            counts.seen += page.seen;
            countEnqueued(counts, pipeline.name, page.result);
            if (kind === 'full') run.progress.listed({ listed: page.listed, total: atMost(page.total, request.limit) });
            seen(page);
          },
        }),
      ({ state }) => state,
    );
    if (kind === 'full' && (pass.state === 'complete' || pass.state === 'limited')) await run.progress.completed(pass.listed);
    if (pass.state === 'complete') await this.removeWhatIsGone(context, kind, pass, run);
  }

  /**
   * What a completed pass did not list is read, and removed if it is gone (rule 11); or held unread, where it is too much or
   * the pass is not to be believed. What goes and what is held is decided once all of the pass is through (`judgeCollected`).
   */
  private async removeWhatIsGone(context: PipelineContext, kind: 'full' | 'sweep', pass: PassResult, run: CurrentRun): Promise<void> {
    const { pipeline, sql } = context;
    const { counts } = run.tally;
    const { name, deletes } = pipeline;
    await withdrawListed(sql, name, pass.pass);
    const policy = policyFor(deletes, 'deleted');
    const { candidates: missing, live } = await sweepCandidates(sql, name, pass.pass, milderThan(policy));
    const candidates = policy === 'keep' ? [] : missing;
    const before = await lastPass(sql, name, context.mapping);
    const listed = await countListed(sql, name, pass.pass);
    // What was listed twice was counted twice.
    const values = pass.values === null ? null : Math.round((pass.values * listed) / Math.max(1, pass.listed));
    const suspicious = suspectPass({ listed, values, ...before }, live, deletes);
    await this.project.passCompleted(name, kind, { ...pass, listed, values, believed: suspicious === null });
    const verdict = suspicious === null ? judgeRemovals(candidates.length, live, deletes) : ({ kind: 'hold', reason: suspicious } as const);
    const priority = pipeline.queue.priority.deleted;
    counts.seen += candidates.length;
    if (verdict.kind === 'hold') {
      const set = await collectingSet(sql, name, run.id);
      await suspect(sql, name, verdict.reason);
      const { opened, again } = await holdCandidates(sql, { pipeline: name, candidates, priority, pass: pass.pass, run: run.id, set });
      counts.enqueued += opened;
      counts.coalesced += candidates.length - opened;
      counts.held += opened + again;
      return;
    }
    if (pass.listed > 0) await fanOutGone(sql, this.project.feed(context), { pipeline: name, pass: pass.pass });
    const entries = candidates.map((row) => ({
      pipeline: name,
      key: row.entityKey,
      kind: 'deleted' as const,
      version: null,
      priority,
      changedFields: [],
    }));
    const result = await enqueue(sql, { cause: 'sweep', entries, hold: null, pass: pass.pass, run: run.id, move: null });
    countEnqueued(counts, name, result);
  }
}

/** How many records a pass will list that stops at a limit. */
function atMost(total: number | null, limit: number | null): number | null {
  return total === null || limit === null ? (total ?? limit) : Math.min(total, limit);
}
