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

  constructor(
    private readonly sql: Sql,
    private readonly run: number,
  ) {}

  async write(): Promise<void> {
    const before = this.written;
    const now = subtractCounts(this.counts, this.foreign);
    this.written = now;
    try {
      await addCounts(this.sql, this.run, subtractCounts(now, before));
    } catch (error) {
      // What two writings at once have failed to write is written by the next.
      this.written = subtractCounts(this.written, subtractCounts(now, before));
      throw error;
    }
  }
}
