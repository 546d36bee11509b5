import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { AfterCall } from '../../config/load-after-calls.js';
import type { Settings } from '../../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { Log } from '../../logging/log.js';
import { ProjectFiles } from '../project-files.js';
import { call, callMs } from './call.js';
import { closeCall, takeCall } from './sql/take-call.js';

/** Calls what pipelines want called after their runs: one call at a time, beside everything else, in a process that starts runs. */
@Injectable()
export class AfterService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private calls: ReadonlyMap<string, AfterCall> = new Map();
  private underWay: Promise<void> | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly files: ProjectFiles,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role !== 'all' && this.settings.role !== 'scheduler') return;
    this.calls = (await this.files.read())?.after ?? this.calls;
  }

  @Interval('after runs', 1_000)
  look(): void {
    if (this.calls.size === 0 || this.underWay !== null || this.stopping.signal.aborted) return;
    this.underWay = this.tell()
      .catch((error: unknown) =>
        this.log.error('what is called after runs could not be called', { error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => (this.underWay = null));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.underWay;
  }

  private async tell(): Promise<void> {
    const { database } = this.opened;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const told = await takeCall(database, [...this.calls.keys()], callMs * 2);
      const target = told && this.calls.get(told.pipeline);
      if (!told || !target) return;
      const end = await call(target, told, this.settings.environment, signal);
      await closeCall(database, told, end);
      const about = { pipeline: told.pipeline, run: told.run, attempt: told.attempt };
      if (end.kind === 'called') this.log.info('what waits for a run was called', about);
      // Once while it lasts, and in the end: what is tried for a day would fill the log.
      else if (told.attempt === 1 || end.kind === 'given-up')
        this.log[end.kind === 'given-up' ? 'error' : 'warn']('what waits for a run does not take the call', { ...about, error: end.error });
    }
  }
}
