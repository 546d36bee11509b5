import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Project } from '../../config/load-project.js';
import type { Settings } from '../../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { Log } from '../../logging/log.js';
import { Refusal } from '../../model/refusal.js';
import { ProjectFiles } from '../project-files.js';
import { Looking } from './looking.js';

/** Connections that nobody has looked through for so long are closed: the next who looks gets them, and the source's structure, anew. */
const idleMs = 300_000;

/** One project to look through for everybody who asks the API, whatever else this process does. */
@Injectable()
export class LookingService implements BeforeApplicationShutdown {
  private looking: Looking | null = null;
  private readonly limit = pLimit(2);
  private users = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'leaseMs'>,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly files: ProjectFiles,
  ) {}

  /** Lends it until the work is done, to two at once: however many ask, PIM and shop have other things to do. */
  async lend<Result>(work: (looking: Looking) => Promise<Result>): Promise<Result> {
    if (this.timer) clearTimeout(this.timer);
    this.users += 1;
    try {
      return await this.limit(() => work((this.looking ??= this.begin())));
    } finally {
      this.users -= 1;
      if (this.users === 0) this.timer = setTimeout(() => void this.end(), idleMs).unref();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    await this.end();
  }

  private begin(): Looking {
    return new Looking(() => this.read(), { sql: this.opened.database, leaseMs: this.settings.leaseMs, log: this.log });
  }

  private async end(): Promise<void> {
    const looking = this.looking;
    this.looking = null;
    try {
      await looking?.close();
    } catch (error) {
      this.log.warn('connections could not be closed', { reason: error instanceof Error ? error.message : String(error) });
    }
  }

  private async read(): Promise<Project> {
    const files = await this.files.read();
    if (files === null) throw new Refusal('conflict', 'This process has no mappings folder: name one in PIM2SHOP_MAPPINGS.');
    return files;
  }
}
