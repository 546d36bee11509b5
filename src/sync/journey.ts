import type { SeenRequest } from '../connectors/contract/index.js';
import type { BatchReport } from './batch.js';

/** Where whoever watches the flow of this process is found. */
export const JOURNEY = Symbol('journey');

/** The steps of a batch, told to whoever listens (metrics, alerts, tests that kill the process). The flow never depends on an answer. */
export type Step = 'claimed' | 'fetched' | 'planned' | 'intended' | 'sent' | 'settling' | 'settled';

export interface Journey {
  /** `batch` is the same object for all steps of a batch, so that they can be told apart from those of another one under way. */
  step(step: Step, pipeline: string, entries: number, batch?: object): void;
  /** Its turn to be delivered has come: what it waited since it was planned belongs to no step. */
  taken?(batch: object): void;
  /** What a batch came to. */
  finished?(pipeline: string, report: BatchReport): void;
  /** A request to an outside system is over. */
  request?(connection: string, request: SeenRequest): void;
}

export const silentJourney: Journey = { step: () => undefined };
