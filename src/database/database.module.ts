import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { readSettings, type Settings } from '../config/settings.js';
import { winstonLog } from '../logging/winston-log.js';
import { openDatabase, type OpenDatabase } from './open-database.js';

export const SETTINGS = Symbol('settings');
export const DATABASE = Symbol('database');

/** The database of the process: opened before anything that needs it, closed after everything that used it. */
@Global()
@Module({
  providers: [
    { provide: SETTINGS, useFactory: () => readSettings(process.env) },
    {
      provide: DATABASE,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => openDatabase({ ...settings, log: winstonLog({ level: settings.logLevel, folder: null }) }),
    },
  ],
  exports: [SETTINGS, DATABASE],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly opened: OpenDatabase) {}

  async onApplicationShutdown(): Promise<void> {
    await this.opened.close();
  }
}
