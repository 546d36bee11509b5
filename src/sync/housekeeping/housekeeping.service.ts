import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Settings } from '../../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import type { Log } from '../../logging/log.js';
import { keepHouse } from './keep-house.js';

/** Looks every ten minutes whether today's round is still to be done, in every role. */
@Injectable()
export class HousekeepingService {
  private isAtIt = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Interval('housekeeping', 600_000)
  async look(): Promise<void> {
    if (this.isAtIt) return;
    this.isAtIt = true;
    try {
      const { database: sql } = this.opened;
      await keepHouse({ sql, log: this.log, owner: `${hostname()}:${process.pid}` }, this.settings.keepDays);
    } catch (error) {
      // The next look after its lease tries again.
      this.log.error('what is no longer needed could not be removed', { error });
    } finally {
      this.isAtIt = false;
    }
  }
}
