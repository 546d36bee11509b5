/** The steps of a batch, told to whoever listens (metrics, alerts, tests that kill the process). The flow never depends on an answer. */
export type Step = 'claimed' | 'fetched' | 'planned' | 'intended' | 'sent' | 'settling' | 'settled';

export interface Journey {
  step(step: Step, pipeline: string, entries: number): void;
}

export const silentJourney: Journey = { step: () => undefined };
