import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Settings } from '../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Log } from '../logging/log.js';
import { secrets } from '../logging/secrets.js';
import { ProjectFiles } from '../sync/project-files.js';
import { alertsConfigOf } from './file/alerts-file.js';
import { AlertRounds } from './alert-rounds.js';

/** Looks after alerts all the time: who starts what is due (`all`, `scheduler`) looks at everything and sends, the others at their own machine. */
@Injectable()
export class AlertRoundsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private rounds: AlertRounds | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly files: ProjectFiles,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const project = await this.files.read();
    const { environment, publicUrl, role, dataDir, logFiles } = this.settings;
    this.rounds = new AlertRounds({
      sql: this.opened.database,
      log: this.log,
      config: alertsConfigOf(project),
      pipelines: project?.pipelines ?? null,
      host: hostname(),
      folders: [resolve(dataDir), resolve(logFiles.path)],
      notices: { environment, publicUrl: publicUrl ?? null, hide: (text) => secrets.hide(text) },
      onlyThisMachine: role === 'worker' || role === 'api',
    });
  }

  @Interval('alerts', 1_000)
  look(): void {
    this.rounds?.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds?.stop();
  }
}
