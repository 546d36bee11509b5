import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import { releaseLocks, renewLocks, takeLocks } from './sql/locks.js';
import { Turns } from './turns.js';

const turns = new Turns();

export interface LockSettings {
  readonly sql: Sql;
  readonly log: Log;
  readonly connection: string;
  /** A process that died keeps its locks no longer than that, milliseconds. */
  readonly leaseMs: number;
}

/**
 * Does work that nobody else does meanwhile under one of these names of a connection: first those of this
 * process wait for each other, then the processes do, by a lease row each (rule 24). The lease is renewed as
 * long as the work takes.
 */
export async function alone<Result>(settings: LockSettings, names: readonly string[], work: () => Promise<Result>): Promise<Result> {
  const { sql, log, connection, leaseMs } = settings;
  const wanted = [...new Set(names)].sort();
  return turns.alone(
    wanted.map((name) => `${connection} ${name}`),
    async () => {
      const owner = randomUUID();
      await takeAll(settings, wanted, owner);
      const renew = setInterval(() => {
        renewLocks(sql, connection, owner, leaseMs).catch((error: unknown) =>
          log.warn('a lock of a connection could not be renewed', { connection, names: wanted, error: String(error) }),
        );
      }, leaseMs / 3);
      try {
        return await work();
      } finally {
        clearInterval(renew);
        await releaseLocks(sql, connection, wanted, owner);
      }
    },
  );
}

/** All of them or none: who waits for one holds no other. */
async function takeAll({ sql, connection, leaseMs }: LockSettings, names: readonly string[], owner: string): Promise<void> {
  for (;;) {
    const taken = await takeLocks(sql, connection, names, owner, leaseMs);
    if (taken.length === names.length) return;
    if (taken.length > 0) await releaseLocks(sql, connection, taken, owner);
    // Not in step with whoever waits for the same.
    await wait(20 + Math.random() * 60);
  }
}
