import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { writeHistory, type DeliveredContent } from '../../mirror/sql/write-history.js';

/** More than so many are not waiting for a database that does not take them: the oldest are left out. */
const mostWaiting = 20_000;
const mostAtOnce = 2_000;

/** What was delivered, written down beside the work: no batch waits for it, and a process that is killed takes the last of it with it. */
export class DeliveryHistory {
  private waiting: DeliveredContent[] = [];
  private underWay: Promise<void> | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly log: Log,
  ) {}

  /** Never fails and never waits. */
  note(contents: readonly DeliveredContent[]): void {
    if (contents.length === 0) return;
    this.waiting = this.waiting.concat(contents);
    this.leaveOutTooMany();
    this.underWay ??= this.writeAll();
  }

  /** Resolves once everything that was noted is written, or could not be: then it is tried again with what comes next. */
  async written(): Promise<void> {
    await this.underWay;
    if (this.waiting.length > 0) await (this.underWay ??= this.writeAll());
  }

  private async writeAll(): Promise<void> {
    try {
      while (this.waiting.length > 0) await this.writeSome();
    } catch (error) {
      this.log.warn('the history of documents could not be written', {
        waiting: this.waiting.length,
        reason: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.underWay = null;
    }
  }

  private async writeSome(): Promise<void> {
    const some = this.waiting.slice(0, mostAtOnce);
    this.waiting = this.waiting.slice(mostAtOnce);
    try {
      await writeHistory(this.sql, some);
    } catch (error) {
      this.waiting = [...some, ...this.waiting];
      this.leaveOutTooMany();
      throw error;
    }
  }

  private leaveOutTooMany(): void {
    const tooMany = this.waiting.length - mostWaiting;
    if (tooMany <= 0) return;
    this.waiting = this.waiting.slice(tooMany);
    this.log.warn('the history of documents has a gap', { leftOut: tooMany });
  }
}
