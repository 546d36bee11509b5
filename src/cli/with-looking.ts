import { readSettings } from '../config/settings.js';
import { winstonLog } from '../logging/winston-log.js';
import { Looking } from '../sync/looking/looking.js';
import { withDatabase } from './with-database.js';
import { readFiles } from './with-project.js';

/** Lends the project to one command that only looks: what it does not need is not opened, and what does not answer is not its end. */
export async function withLooking<Result>(mappings: string | undefined, work: (looking: Looking) => Promise<Result>): Promise<Result> {
  const { leaseMs, logLevel } = readSettings(process.env);
  const log = winstonLog({ level: process.env.PIM2SHOP_LOG_LEVEL ? logLevel : 'warn', role: 'cli', folder: null });
  try {
    return await withDatabase(async (sql) => {
      const looking = new Looking(() => readFiles(mappings), { sql, leaseMs, log });
      try {
        return await work(looking);
      } finally {
        await looking.close();
      }
    });
  } finally {
    await log.close();
  }
}
