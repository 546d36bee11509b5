import type { Chosen } from '../chosen.js';

/** What can be asked for: a drain cannot, as workers deliver all the time. */
export const requestedKinds = ['delta', 'full', 'sweep', 'partial'] as const;

/** A run that somebody asks for. */
export interface WantedRun {
  readonly pipeline: string;
  readonly kind: (typeof requestedKinds)[number];
  /** Show what would be sent, and send nothing. */
  readonly dryRun: boolean;
  /** Of a full pass, or a dry run: no more records than that. */
  readonly limit: number | null;
  /** Of a partial one. */
  readonly chosen: Chosen | null;
}

/** A run that somebody asked for, as whoever takes it knows it. */
export interface TakenRequest extends WantedRun {
  readonly id: number;
  /** "key ops" */
  readonly by: string;
  /** How often it was taken: the fence of whoever has it. */
  readonly attempts: number;
  readonly cancelledBy: string | null;
  /** The run of a process that died over it. */
  readonly run: number | null;
}
