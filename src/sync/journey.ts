import type { SeenRequest } from '../connectors/contract/index.js';
import type { BatchReport, ClaimedBatch } from './batch.js';
import type { RecordedKind, RunEnd, RunTrigger } from './runs/run-log.js';

/** Where whoever watches the flow of this process is found. */
export const JOURNEY = Symbol('journey');

/** The steps of a batch, told to whoever listens (metrics, alerts, tests that kill the process). The flow never depends on an answer. */
export type Step = 'claimed' | 'fetched' | 'planned' | 'intended' | 'sending' | 'sent' | 'settling' | 'settled';

export interface Journey {
  /** `batch` is the same object for all steps of a batch, so that they can be told apart from those of another one under way. */
  step(step: Step, pipeline: string, entries: number, batch?: object): void;
  /** Its turn to be delivered has come: what it waited since it was planned belongs to no step. */
  taken?(batch: object): void;
  /** What a batch came to. */
  finished?(pipeline: string, report: BatchReport): void;
  /** Does the work of a run, or of runs that read together: whatever is told meanwhile is part of it. */
  duringRun?(run: BegunRun, work: () => Promise<RunEnd>): Promise<RunEnd>;
  /** The same of the two halves of a batch. */
  preparing?<Result>(pipeline: string, batch: ClaimedBatch, work: () => Promise<Result>): Promise<Result>;
  delivering?<Result>(batch: ClaimedBatch, work: () => Promise<Result>): Promise<Result>;
  /** It is not delivered: its entries were given back. */
  givenBack?(batch: object): void;
  /** A run of this process was closed. */
  ran?(run: FinishedRun): void;
  /** A request to an outside system is over. */
  request?(connection: string, request: SeenRequest): void;
}

export interface BegunRun {
  readonly pipelines: readonly string[];
  /** One of each pipeline. */
  readonly runs: readonly number[];
  readonly kind: RecordedKind;
  readonly trigger: RunTrigger;
}

export interface FinishedRun {
  readonly pipeline: string;
  readonly kind: RecordedKind;
  readonly state: RunEnd['state'];
  /** From its row in the database to the end of its work, milliseconds. */
  readonly tookMs: number;
}

export const silentJourney: Journey = { step: () => undefined };

export function duringRun(journey: Journey, run: BegunRun, work: () => Promise<RunEnd>): Promise<RunEnd> {
  return journey.duringRun?.(run, work) ?? work();
}

/** What the first hears, the second hears too; work that one surrounds, it surrounds for both. */
export function bothJourneys(first: Journey, second: Journey): Journey {
  const all = [first, second];
  const around = <Result>(wrap: (one: Journey, work: () => Promise<Result>) => Promise<Result> | undefined, work: () => Promise<Result>) =>
    all.reduceRight<() => Promise<Result>>((inner, one) => () => wrap(one, inner) ?? inner(), work)();
  return {
    step: (...told) => all.forEach((one) => one.step(...told)),
    taken: (batch) => all.forEach((one) => one.taken?.(batch)),
    finished: (...told) => all.forEach((one) => one.finished?.(...told)),
    duringRun: (run, work) => around((one, inner) => one.duringRun?.(run, inner), work),
    preparing: (pipeline, batch, work) => around((one, inner) => one.preparing?.(pipeline, batch, inner), work),
    delivering: (batch, work) => around((one, inner) => one.delivering?.(batch, inner), work),
    givenBack: (batch) => all.forEach((one) => one.givenBack?.(batch)),
    ran: (run) => all.forEach((one) => one.ran?.(run)),
    request: (...told) => all.forEach((one) => one.request?.(...told)),
  };
}
