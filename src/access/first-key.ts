import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import { Refusal } from '../model/refusal.js';
import { KeyService } from './key-service.js';
import { hasAdminKey } from './sql/keys.js';

export interface FirstKeyPlace {
  readonly log: Log;
  /** Folder for the file with the key, where nobody sits at a terminal. */
  readonly dataDir: string;
  /** Writes to the terminal; null where there is none. */
  readonly terminal: ((text: string) => void) | null;
}

const firstName = 'first';

/**
 * Makes the first admin key where nobody has one, and tells it to whoever started the service: on a terminal, or else in a file
 * only he can read, whose path is logged. Of several instances that start at once one makes it.
 */
export async function ensureFirstKey(sql: Sql, { log, dataDir, terminal }: FirstKeyPlace): Promise<void> {
  if (await hasAdminKey(sql)) return;
  const keys = new KeyService(sql);
  const actor = { kind: 'service', name: 'start' } as const;
  const made = await keys.create({ name: firstName, role: 'admin', expiresInMs: null }, actor).catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
  if (made === null) {
    // Another instance was faster; or else a key that opens nothing any more holds the name.
    if (!(await hasAdminKey(sql)))
      log.warn('nobody has an admin key of the API: set PIM2SHOP_ADMIN_KEY, or make one with `pim2shop keys create`');
    return;
  }
  if (terminal) {
    terminal(`The first admin key of the API, told only now: ${made.text}\n`);
    return;
  }
  const file = join(resolve(dataDir), 'first-admin-key');
  try {
    await mkdir(dataDir, { recursive: true });
    // One that another database left there opens nothing here, and its rights are not ours.
    await rm(file, { force: true });
    await writeFile(file, `${made.text}\n`, { mode: 0o600, flag: 'wx' });
    log.warn('the first admin key of the API was written to a file: take it from there, and delete the file', { file });
  } catch (error) {
    await keys.revoke(made.id, actor);
    log.error('the first admin key of the API could not be written anywhere: set PIM2SHOP_ADMIN_KEY', {
      file,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
