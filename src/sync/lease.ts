/** Time that is kept back from a lease, so that clocks and the last bytes of a request fit. */
const marginMs = (leaseMs: number): number => Math.min(2_000, leaseMs / 5);

/**
 * How long a batch's lease certainly lasts, judged by two clocks: the monotonic one, and the wall clock
 * for a machine that was suspended (rule 19). The reading is taken *before* the statement that grants
 * the lease, so that the deadline is never later than the database's.
 */
export class Lease {
  private monotonic: number;
  private wall: number;
  private timer: NodeJS.Timeout | undefined;
  private readonly controller = new AbortController();

  constructor(
    readonly tokens: readonly number[],
    private readonly leaseMs: number,
    before: LeaseReading,
  ) {
    this.monotonic = before.monotonic;
    this.wall = before.wall;
    this.arm();
  }

  /** Aborts when the lease no longer certainly covers a request. */
  get signal(): AbortSignal {
    if (this.remainingMs() <= 0) this.expire();
    return this.controller.signal;
  }

  remainingMs(): number {
    const usable = this.leaseMs - marginMs(this.leaseMs);
    return Math.min(this.monotonic + usable - performance.now(), this.wall + usable - Date.now());
  }

  renewed(before: LeaseReading): void {
    if (this.controller.signal.aborted) return;
    this.monotonic = before.monotonic;
    this.wall = before.wall;
    this.arm();
  }

  /** The token is no longer ours, or the batch is done. */
  expire(): void {
    clearTimeout(this.timer);
    if (!this.controller.signal.aborted) this.controller.abort(new Error('the lease has ended'));
  }

  release(): void {
    clearTimeout(this.timer);
  }

  private arm(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.remainingMs() <= 0 ? this.expire() : this.arm()), Math.max(1, this.remainingMs()));
    this.timer.unref();
  }
}

export interface LeaseReading {
  readonly monotonic: number;
  readonly wall: number;
}

export function readClocks(): LeaseReading {
  return { monotonic: performance.now(), wall: Date.now() };
}
