import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Settings } from '../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Log } from '../logging/log.js';
import { EventRuns } from './event-runs.js';
import { EventSources } from './event-sources.js';
import { queueUsers } from './queue-users.js';

/**
 * Queues the records that use what events told of. A category may have a hundred thousand products: nobody who sends an
 * event waits for that. What a process has not finished when it dies is taken up by another.
 */
@Injectable()
export class RelatedWork implements BeforeApplicationShutdown {
  private underWay: Promise<void> = Promise.resolve();
  private isWorking = false;
  private isTold = false;
  private isStopping = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly sources: EventSources,
    private readonly runs: EventRuns,
  ) {}

  /** There is something to do. */
  wake(): void {
    this.isTold = true;
    if (!this.isWorking) this.underWay = this.work();
  }

  /** What others left. */
  @Interval('related hints', 1_000)
  async look(): Promise<void> {
    const sources = [...(await this.sources.all()).values()];
    if (sources.some(({ subscriptions }) => subscriptions.some(({ related, inherits }) => related.length + inherits.length > 0)))
      this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.underWay;
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    try {
      while (this.isTold && !this.isStopping) {
        this.isTold = false;
        while (!this.isStopping && (await this.workOnSome()));
      }
    } catch (error) {
      // It is still written down, and looked at again once its lease has run out.
      this.log.error('who uses what events told of could not be queued', { error: error instanceof Error ? error.message : String(error) });
    } finally {
      this.isWorking = false;
    }
  }

  private async workOnSome(): Promise<boolean> {
    const subscriptions = [...(await this.sources.all()).values()].flatMap((source) => source.subscriptions);
    const runsFor = (pipelines: readonly string[]) => this.runs.of(pipelines.map((pipeline) => ({ pipeline })));
    return (await queueUsers(this.opened.database, subscriptions, runsFor, this.settings.leaseMs)) > 0;
  }
}
