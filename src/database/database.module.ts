import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { readSettings, type Settings } from '../config/settings.js';
import { winstonLog, type ClosableLog } from '../logging/winston-log.js';
import { openDatabase, type OpenDatabase } from './open-database.js';

export const SETTINGS = Symbol('settings');
export const DATABASE = Symbol('database');
export const LOG = Symbol('log');

/** The database of the process: opened before anything that needs it, closed after everything that used it. */
@Global()
@Module({
  providers: [
    { provide: SETTINGS, useFactory: () => readSettings(process.env) },
    {
      provide: LOG,
      inject: [SETTINGS],
      useFactory: ({ logLevel, role, logFiles }: Settings) => winstonLog({ level: logLevel, role, folder: logFiles }),
    },
    {
      provide: DATABASE,
      inject: [SETTINGS, LOG],
      useFactory: (settings: Settings, log: ClosableLog) => openDatabase({ ...settings, log }),
    },
  ],
  exports: [SETTINGS, LOG, DATABASE],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: ClosableLog,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.opened.close();
    // Last: until here somebody may have something to say.
    await this.log.close();
  }
}
