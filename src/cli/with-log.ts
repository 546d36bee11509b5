import { readSettings } from '../config/settings.js';
import { winstonLog, type ClosableLog } from '../logging/winston-log.js';

/** Lends a command a log that says what is wrong, and more where somebody asked for it. No file: nothing of a command is kept. */
export async function withLog<Result>(work: (log: ClosableLog) => Promise<Result>): Promise<Result> {
  const { logLevel } = readSettings(process.env);
  const log = winstonLog({ level: process.env.PIM2SHOP_LOG_LEVEL ? logLevel : 'error', role: 'cli', folder: null });
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}
