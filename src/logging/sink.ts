/** Where lines go. */
export interface Outlet {
  /** Writes some of the bytes, from the first on, and answers how many; rejects where it took none. May take as long as it likes. */
  write(bytes: Buffer): Promise<number>;
  close(): Promise<void>;
}

export interface SinkOptions {
  /** Lines that wait for the outlet take so much memory at most; what comes beyond that is dropped, and counted. */
  readonly maxBytes?: number;
  /** An outlet that fails is tried again after so long, milliseconds, then after twice that, up to half a minute. */
  readonly retryMs?: number;
  /** The line that says how many were dropped. */
  dropped(count: number): string;
}

const longestRetryMs = 30_000;
const chunkBytes = 64 * 1024;
/** A batch or two of which every record is refused, with every detail asked for. */
const usualBytes = 16_000_000;

/**
 * Takes lines at once and writes them when it can: whoever logs never waits, and never sees an error. An outlet that
 * blocks or fails costs lines, and nothing else.
 */
export class Sink {
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;
  private lost = 0;
  /** What was begun to be written. */
  private current: Buffer | null = null;
  private pumping: Promise<void> | null = null;
  /** Ends the pause before the next try. */
  private retry: (() => void) | null = null;
  private closing = false;
  private failures = 0;

  constructor(
    private readonly outlet: Outlet,
    private readonly options: SinkOptions,
  ) {}

  /** Lines that were dropped and not told of yet. */
  get droppedLines(): number {
    return this.lost;
  }

  take(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.waitingBytes + bytes.length > (this.options.maxBytes ?? usualBytes)) {
      this.lost += 1;
      return;
    }
    this.wait(bytes);
    this.pumping ??= this.pump();
  }

  /** Resolves once everything is written, or cannot be, or after so long: nothing keeps a process that wants to end. */
  async close(withinMs = 2_000): Promise<void> {
    this.closing = true;
    this.retry?.();
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    const written = Promise.resolve(this.pumping).then(() => this.outlet.close());
    await Promise.race([written.catch(() => undefined), timeIsUp]);
    clearTimeout(timer);
  }

  private wait(bytes: Buffer): void {
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
  }

  private async pump(): Promise<void> {
    // Lines of the same moment leave together.
    await Promise.resolve();
    for (let chunk = this.next(); chunk !== null; chunk = this.next()) {
      try {
        const written = await this.outlet.write(chunk);
        this.current = written < chunk.length ? chunk.subarray(written) : null;
        this.failures = 0;
      } catch {
        if (this.closing) break;
        await this.pause();
        continue;
      }
      // It works again: only now can anybody be told.
      if (this.lost > 0) {
        this.wait(Buffer.from(`${this.options.dropped(this.lost)}\n`));
        this.lost = 0;
      }
    }
    this.pumping = null;
  }

  private next(): Buffer | null {
    if (this.current !== null) return this.current;
    let bytes = 0;
    const count = this.waiting.findIndex((line) => (bytes += line.length) > chunkBytes);
    const lines = this.waiting.splice(0, count < 0 ? this.waiting.length : Math.max(1, count));
    if (lines.length === 0) return null;
    this.current = Buffer.concat(lines);
    this.waitingBytes -= this.current.length;
    return this.current;
  }

  private pause(): Promise<void> {
    const waitMs = Math.min((this.options.retryMs ?? 1_000) * 2 ** this.failures, longestRetryMs);
    this.failures += 1;
    return new Promise((resolve) => {
      // A log that cannot be written keeps no process that has nothing else to do.
      const timer = setTimeout(resolve, waitMs).unref();
      this.retry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
