import { readSettings } from '../config/settings.js';
import type { Sql } from '../database/sql.js';
import { openDatabase } from '../database/open-database.js';
import { winstonLog } from '../logging/winston-log.js';

/** Lends the process's database to one command. */
export async function withDatabase<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const settings = readSettings(process.env);
  const log = winstonLog({ level: process.env.PIM2SHOP_LOG_LEVEL ? settings.logLevel : 'warn', role: 'cli', folder: null });
  try {
    const opened = await openDatabase({ ...settings, log });
    try {
      return await work(opened.database);
    } finally {
      await opened.close();
    }
  } finally {
    await log.close();
  }
}
