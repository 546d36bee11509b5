import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { keepRuns } from './sql/keep-runs.js';
import { RunPhases } from './run-phases.js';

/** So soon a run knows that somebody wants it to end. */
const everyMs = 1_000;

/** A run is taken for alive so long after its last sign. */
export function aliveMs(leaseMs: number): number {
  return Math.max(leaseMs, 10_000);
}

/** Shows that the runs of one pass are alive, and learns that somebody wants one of them to end. One that is through within a second asks nothing. */
export class RunWatch {
  readonly phases = new RunPhases();
  private readonly cancelling = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private by: string | null = null;
  private looking = false;
  private failing = false;

  constructor(
    private readonly project: { readonly sql: Sql; readonly leaseMs: number; readonly log: Log },
    private readonly runs: readonly number[],
  ) {
    this.timer = setInterval(() => void this.look(), everyMs);
    // A sign of life keeps nobody alive: what it speaks for does.
    this.timer.unref();
  }

  /** Somebody wants one of them to end: all of them do, as they share their reading. */
  get signal(): AbortSignal {
    return this.cancelling.signal;
  }

  get cancelledBy(): string | null {
    return this.by;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      this.by ??= await keepRuns(this.project.sql, this.runs, aliveMs(this.project.leaseMs), this.phases.all);
      if (this.by !== null) this.cancelling.abort();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.project.log.warn('a run could not be shown to be alive', { runs: this.runs, error: String(error) });
      this.failing = true;
    } finally {
      this.looking = false;
    }
  }
}
