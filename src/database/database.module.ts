import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { readSettings, type Settings } from '../config/settings.js';
import type { Log } from '../logging/log.js';
import { winstonLog } from '../logging/winston-log.js';
import { openDatabase, type OpenDatabase } from './open-database.js';

export const SETTINGS = Symbol('settings');
export const DATABASE = Symbol('database');
export const LOG = Symbol('log');

/** The database of the process: opened before anything that needs it, closed after everything that used it. */
@Global()
@Module({
  providers: [
    { provide: SETTINGS, useFactory: () => readSettings(process.env) },
    { provide: LOG, inject: [SETTINGS], useFactory: (settings: Settings) => winstonLog({ level: settings.logLevel, folder: 'logs' }) },
    {
      provide: DATABASE,
      inject: [SETTINGS, LOG],
      useFactory: (settings: Settings, log: Log) => openDatabase({ ...settings, log }),
    },
  ],
  exports: [SETTINGS, LOG, DATABASE],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {}

  async onApplicationShutdown(): Promise<void> {
    await this.opened.close();
  }
}
