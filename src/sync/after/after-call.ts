import type { Environment } from '../../config/settings.js';

/** A run that is over, as it is told. */
export interface RunToTell {
  readonly run: number;
  readonly pipeline: string;
  readonly kind: string;
  readonly trigger: string;
  readonly state: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly counts: Readonly<Record<string, unknown>>;
  /** This try, from 1 on. */
  readonly attempt: number;
}

/** The same for every try, so that who was told twice knows. */
export function callId(run: number): string {
  return `run_${run}`;
}

/** The body of the call. */
export function callBody({ attempt: _, run, ...rest }: RunToTell, environment: Environment): string {
  return JSON.stringify({ type: 'pim2shop.run', id: callId(run), run, environment: environment.name, ...rest });
}

const firstPauseMs = 5_000;
const longestPauseMs = 600_000;
/** Of pauses that double up to ten minutes, about a day. */
export const mostAttempts = 150;

/** How long to wait after a try that failed, milliseconds; what the other side asked for, where it is longer. */
export function pauseAfter(attempt: number, askedForMs: number | null): number {
  const own = Math.min(firstPauseMs * 2 ** Math.min(attempt - 1, 20), longestPauseMs);
  return Math.max(own, Math.min(askedForMs ?? 0, 3_600_000));
}
