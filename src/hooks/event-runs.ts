import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Settings } from '../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Log } from '../logging/log.js';
import { closeEventRuns, openEventRuns, type Brought } from '../sync/runs/sql/event-runs.js';
import { EventSources } from './event-sources.js';

/** Whoever took the number of a run just before its window was over is done with it by then. */
const graceMs = 2_000;

interface Window {
  readonly run: number;
  /** On the monotonic clock: from here on somebody may have closed it. */
  readonly until: number;
}

/** The runs that what events bring belongs to: one of a pipeline at a time, of all processes together. */
@Injectable()
export class EventRuns {
  private readonly windows = new Map<string, Window>();
  private isClosing = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly sources: EventSources,
  ) {}

  /** The open run of each pipeline that something new is brought to; asks the database once a window. */
  async of(brought: readonly Omit<Brought, 'after'>[]): Promise<ReadonlyMap<string, number>> {
    // Taken before the database is asked: the answer may take its time.
    const now = performance.now();
    const runs = new Map<string, number>();
    for (const { pipeline } of brought) {
      const window = this.windows.get(pipeline);
      if (window !== undefined && window.until > now) runs.set(pipeline, window.run);
    }
    const wanted = brought.filter(({ pipeline }) => !runs.has(pipeline));
    if (wanted.length === 0) return runs;
    const after = await this.withAfter();
    const asked = wanted.map((one) => ({ ...one, after: after.has(one.pipeline) }));
    for (const { pipeline, run, restMs } of await openEventRuns(this.opened.database, asked, this.settings.eventRunMs)) {
      runs.set(pipeline, run);
      this.windows.set(pipeline, { run, until: now + restMs });
    }
    return runs;
  }

  /** Closes those whose window is over, whichever process opened them: that one may be dead. */
  @Interval('event runs', 1_000)
  async look(): Promise<void> {
    if (this.isClosing || (await this.sources.all()).size === 0) return;
    this.isClosing = true;
    try {
      await closeEventRuns(this.opened.database, graceMs);
    } catch (error) {
      // They stay open, and are looked at again in a second.
      this.log.error('event runs could not be closed', { error: error instanceof Error ? error.message : String(error) });
    } finally {
      this.isClosing = false;
    }
  }

  private async withAfter(): Promise<ReadonlySet<string>> {
    const subscriptions = [...(await this.sources.all()).values()].flatMap((source) => source.subscriptions);
    return new Set(subscriptions.flatMap(({ name, hasAfter }) => (hasAfter ? [name] : [])));
  }
}
