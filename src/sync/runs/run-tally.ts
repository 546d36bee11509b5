import type { Sql } from '../../database/sql.js';
import { noCounts, subtractCounts, type RunCounts } from './run-counts.js';
import { addCounts } from './run-log.js';

/** What a run has counted so far, written to it as it goes on: whoever asks elsewhere sees it, and a process that is killed takes next to nothing with it. */
export class RunTally {
  /** All that was done in this process. */
  readonly counts: RunCounts = noCounts();
  /** The part of it that other runs had queued: it is counted there. */
  readonly foreign: RunCounts = noCounts();
  private written: RunCounts = noCounts();
  private underWay: Promise<void> | null = null;
  private more = false;

  constructor(
    private readonly sql: Sql,
    private readonly run: number,
  ) {}

  /** Something was counted. It is written beside the work that goes on, what comes meanwhile at once after it. */
  note(): void {
    this.more = true;
    // One that fails has written nothing: it is written with what is counted next, or by `write`, which says so.
    this.underWay ??= this.writeWhatCame().catch(() => undefined);
  }

  /** Everything that was counted so far is written when this resolves. */
  async write(): Promise<void> {
    await this.underWay;
    await this.writeNew();
  }

  private async writeWhatCame(): Promise<void> {
    try {
      while (this.more) {
        this.more = false;
        await this.writeNew();
      }
    } finally {
      this.underWay = null;
    }
  }

  private async writeNew(): Promise<void> {
    const before = this.written;
    const now = subtractCounts(this.counts, this.foreign);
    this.written = now;
    try {
      await addCounts(this.sql, this.run, subtractCounts(now, before));
    } catch (error) {
      this.written = subtractCounts(this.written, subtractCounts(now, before));
      throw error;
    }
  }
}
