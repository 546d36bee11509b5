import pLimit from 'p-limit';
import { Misconfigured, Unauthorized, Unavailable } from '../connectors/contract/index.js';
import { claim } from '../queue/sql/claim.js';
import { refreshStatistics } from '../queue/sql/refresh-statistics.js';
import { settle } from '../queue/sql/settle.js';
import { wake } from '../queue/sql/wake.js';
import { verdictOf } from '../transfer/breaker/verdict.js';
import type { BatchReport, ClaimedBatch, PlannedBatch } from './batch.js';
import { Handover } from './handover.js';
import { Lease, readClocks } from './lease.js';
import { LeaseKeeper } from './lease-keeper.js';
import { pause } from './pause.js';
import type { PipelineContext } from './pipeline-context.js';
import { deliver, prepare, type Turn } from './sync-batch.js';
import { verifyDoubt } from './verify-doubt.js';

export interface WorkerOptions {
  readonly worker: string;
  readonly leaseMs: number;
  /** How long an idle worker waits before it looks again. */
  readonly idleMs: number;
  /** Ends the loop: what is in flight is finished, what was only read is given back. */
  readonly signal: AbortSignal;
  /** Asked whenever nothing was claimed: true ends the loop (a drain). */
  finished(): Promise<boolean>;
  /** Told what each batch came to; waited for. */
  report(report: BatchReport): void | Promise<void>;
}

/**
 * Works through the queue of one pipeline: while one batch is sent, the next is claimed, read and mapped
 * (bounded prefetch), and the one before is settled. Resolves when `finished` says so or the signal aborts; rejects when the connection
 * cannot be used at all, after everything that was claimed has been given back.
 */
export async function runWorker(context: PipelineContext, options: WorkerOptions): Promise<void> {
  const keeper = new LeaseKeeper(context.sql, options.leaseMs, context.log);
  const planned = new Handover<PlannedBatch>(1);
  const underWay: UnderWay = { batches: 0 };
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const onAbort = (): void => planned.close();
  signal.addEventListener('abort', onAbort, { once: true });
  keeper.start();
  try {
    await verifyDoubt(context);
    // One lane more than batches may be sent at once: while one is settled, the shop has the next.
    const { concurrency } = context.pipeline.batch;
    const turn: Turn = pLimit(concurrency);
    const lanes = Array.from({ length: concurrency + 1 }, () => deliverAll(context, planned, keeper, underWay, turn, options, signal));
    const work = [claimAll(context, planned, keeper, underWay, options, signal), ...lanes].map((part) =>
      part.catch((error: unknown) => {
        stop.abort();
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(work)).find((part) => part.status === 'rejected');
    // What was handed over to a lane that failed: kept, it would cost the next run a lease, and its entries a loss each.
    for (let left = await planned.take(); left; left = await planned.take()) await giveBack(context, left.claimed, keeper);
    if (failed) throw failed.reason;
  } finally {
    signal.removeEventListener('abort', onAbort);
    context.breaker.workerEnded(context.pipeline.name);
    await keeper.stop();
  }
}

const batchesBetweenLooks = 4;

/** Batches that were claimed and are not through yet. */
interface UnderWay {
  batches: number;
}

/** First stage: claim, fetch, map, compare. */
async function claimAll(
  context: PipelineContext,
  planned: Handover<PlannedBatch>,
  keeper: LeaseKeeper,
  underWay: UnderWay,
  options: WorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    let batches = 0;
    while (!signal.aborted) {
      const batch = await claimBatch(context, options);
      if (!batch) {
        // A batch that is still on its way may yet wake others (references): the queue is not empty before it is through.
        if (underWay.batches === 0 && (await options.finished())) return;
        await context.bell.heard(options.idleMs, signal);
        continue;
      }
      keeper.keep(batch.lease);
      underWay.batches += 1;
      if ((batches += 1) % batchesBetweenLooks === 2) await refreshStatistics(context.sql);
      context.journey.step('claimed', context.pipeline.name, batch.entries.length, batch);
      const ready = await prepareOrGiveBack(context, batch, keeper, signal);
      const handedOver = ready !== null && (await planned.give(ready));
      if (ready && !handedOver) await giveBack(context, batch, keeper);
      if (!handedOver) underWay.batches -= 1;
    }
  } finally {
    planned.close();
  }
}

async function claimBatch(context: PipelineContext, options: WorkerOptions): Promise<ClaimedBatch | null> {
  const { pipeline, mapping, sql, breaker } = context;
  const before = readClocks();
  const { openings } = breaker;
  const request = { pipeline: pipeline.name, worker: options.worker, leaseMs: options.leaseMs, limit: pipeline.batch.items, mapping };
  let claimed = await claim(sql, request);
  if (claimed.entries.length === 0) {
    // Due, released and lost entries become ready here, where nobody waits for it.
    await wake(sql);
    claimed = await claim(sql, request);
  }
  const trial = claimed.breaker === 'due' ? await breaker.takeTrial(pipeline.name) : null;
  if (trial !== null) claimed = await claim(sql, { ...request, trial });
  if (claimed.entries.length === 0) {
    if (trial !== null) await breaker.release(trial);
    return null;
  }
  const lease = new Lease(
    claimed.entries.map((entry) => entry.token),
    options.leaseMs,
    before,
  );
  const seen = { openings, isFailing: claimed.breaker !== null, trial };
  return { entries: claimed.entries, lease, readNumber: claimed.readNumber, breaker: seen };
}

/** The two halves of a batch's journey, for whoever listens to it as a whole. */
function preparing(context: PipelineContext, batch: ClaimedBatch): Promise<PlannedBatch> {
  const { journey, pipeline } = context;
  const work = (): Promise<PlannedBatch> => prepare(context, batch);
  return journey.preparing?.(pipeline.name, batch, work) ?? work();
}

function delivering(context: PipelineContext, batch: PlannedBatch, turn: Turn): Promise<BatchReport> {
  const work = (): Promise<BatchReport> => deliver(context, batch, turn);
  return context.journey.delivering?.(batch.claimed, work) ?? work();
}

async function prepareOrGiveBack(
  context: PipelineContext,
  batch: ClaimedBatch,
  keeper: LeaseKeeper,
  signal: AbortSignal,
): Promise<PlannedBatch | null> {
  try {
    return await preparing(context, batch);
  } catch (error) {
    const wait = error instanceof Unavailable ? (error.afterMs ?? 1_000) : null;
    await giveBack(context, batch, keeper, wait ?? 0);
    if (wait === null) throw error;
    context.log.warn('the source is not available', { pipeline: context.pipeline.name, reason: (error as Error).message, waitMs: wait });
    await pause(wait, signal);
    return null;
  }
}

/** Second stage: intent, transfer, settle. */
async function deliverAll(
  context: PipelineContext,
  planned: Handover<PlannedBatch>,
  keeper: LeaseKeeper,
  underWay: UnderWay,
  turn: Turn,
  options: WorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const batch = await planned.take();
    if (!batch) return;
    // What was claimed before the shop was known to be down is sent once it answers.
    if (signal.aborted || batch.claimed.breaker.openings !== context.breaker.openings) {
      await giveBack(context, batch.claimed, keeper);
      underWay.batches -= 1;
      continue;
    }
    try {
      const report = await delivering(context, batch, turn);
      await hear(context, batch.claimed, report);
      await options.report(report);
      await heed(context, report.failure, signal);
    } finally {
      keeper.drop(batch.claimed.lease);
      underWay.batches -= 1;
    }
  }
}

/** What the batch says of the shop is for all processes; one whose lease ended was stopped, and says nothing of it. */
async function hear(
  { breaker }: PipelineContext,
  { lease, breaker: seen }: ClaimedBatch,
  { failure, finished }: BatchReport,
): Promise<void> {
  const verdict = verdictOf(
    failure,
    finished.flatMap(({ outcomes }) => outcomes),
  );
  await breaker.heard(lease.signal.aborted && verdict?.kind === 'down' ? null : verdict, seen);
}

/** A shop that is down is waited for; one that refuses our credentials or our configuration needs a person. */
async function heed(context: PipelineContext, failure: Error | null, signal: AbortSignal): Promise<void> {
  if (failure === null) return;
  if (failure instanceof Unauthorized || failure instanceof Misconfigured) throw failure;
  // Longer than that the claims keep back what goes there, for all processes, and a person can end it.
  const waitMs = Math.min(failure instanceof Unavailable ? (failure.afterMs ?? 1_000) : 1_000, 1_000);
  context.log.warn('the shop could not take a batch', { pipeline: context.pipeline.name, reason: failure.message, waitMs });
  await pause(waitMs, signal);
}

/** Gives a batch back unsettled: nothing is counted against its entries. */
async function giveBack(context: PipelineContext, batch: ClaimedBatch, keeper: LeaseKeeper, afterMs = 0): Promise<void> {
  keeper.drop(batch.lease);
  const { trial } = batch.breaker;
  if (trial !== null) await context.breaker.release(trial);
  context.journey.givenBack?.(batch);
  const disposition = afterMs > 0 ? ({ kind: 'retry', afterMs, attempt: false } as const) : ({ kind: 'release' } as const);
  await settle(context.sql, {
    connection: context.pipeline.target.connection,
    pipeline: context.pipeline.name,
    documents: [],
    entries: batch.entries.map((entry) => ({
      key: entry.key,
      revision: entry.revision,
      token: entry.token,
      disposition,
      error: null,
      skipped: [],
    })),
  });
}
