import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import type { Log } from '../logging/log.js';
import { ensureFirstKey } from './first-key.js';
import { KeyService } from './key-service.js';

let test: TestDatabase;
let dataDir: string;
let said: [message: string, data: unknown][];
const note = (message: string, data?: unknown): void => void said.push([message, data]);
const log: Log = { debug: note, info: note, warn: note, error: note };

beforeEach(async () => {
  test = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'pim2shop-'));
  said = [];
});
afterEach(async () => {
  await test.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const keyIn = (text: string): string => /p2s_\w{8}_[\w-]{43}/.exec(text)?.[0] ?? '';
const holder = (text: string) => new KeyService(test.database).holder(keyIn(text));

describe('the first admin key', () => {
  it('is told on a terminal, and nowhere else', async () => {
    let shown = '';
    await ensureFirstKey(test.database, { log, dataDir, terminal: (text) => (shown += text) });
    expect(await holder(shown)).toEqual({ name: 'first', role: 'admin' });
    expect(JSON.stringify(said)).not.toContain(keyIn(shown));
    await expect(stat(join(dataDir, 'first-admin-key'))).rejects.toThrow('ENOENT');
  });

  it('is written to a file for its owner alone where there is no terminal; the log says where, and not what', async () => {
    await ensureFirstKey(test.database, { log, dataDir: join(dataDir, 'new'), terminal: null });
    const file = join(dataDir, 'new', 'first-admin-key');
    const text = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await holder(text)).toEqual({ name: 'first', role: 'admin' });
    expect(JSON.stringify(said)).toContain(file);
    expect(JSON.stringify(said)).not.toContain(keyIn(text));
  });

  it('takes the place of one that another database left there', async () => {
    const file = join(dataDir, 'first-admin-key');
    await writeFile(file, 'p2s_00000000_old', { mode: 0o644 });
    await ensureFirstKey(test.database, { log, dataDir, terminal: null });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await holder(await readFile(file, 'utf8'))).toMatchObject({ role: 'admin' });
  });

  it('is made once, however many instances start together', async () => {
    const shown: string[] = [];
    await Promise.all(
      Array.from({ length: 5 }, () => ensureFirstKey(test.database, { log, dataDir, terminal: (text) => shown.push(text) })),
    );
    expect(shown).toHaveLength(1);
    await ensureFirstKey(test.database, { log, dataDir, terminal: (text) => shown.push(text) });
    expect(shown).toHaveLength(1);
    expect(await new KeyService(test.database).list()).toHaveLength(1);
  });

  it('is not made a second time once it has expired: the log says what to do', async () => {
    await ensureFirstKey(test.database, { log, dataDir, terminal: () => undefined });
    await test.database.query(`UPDATE api_key SET expires_at = now() - interval '1 s'`);
    said = [];
    await ensureFirstKey(test.database, { log, dataDir, terminal: () => undefined });
    expect(said.map(([message]) => message)).toEqual([expect.stringContaining('pim2shop keys create')]);
  });

  it('opens nothing where it could be told to nobody, and the next start makes another', async () => {
    await writeFile(join(dataDir, 'taken'), '');
    await ensureFirstKey(test.database, { log, dataDir: join(dataDir, 'taken'), terminal: null });
    expect(await new KeyService(test.database).list()).toEqual([]);
    expect(said.at(-1)?.[0]).toContain('PIM2SHOP_ADMIN_KEY');
    await ensureFirstKey(test.database, { log, dataDir, terminal: null });
    expect(await holder(await readFile(join(dataDir, 'first-admin-key'), 'utf8'))).toMatchObject({ role: 'admin' });
  });
});
