import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { winstonLog } from './winston-log.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lines of today's file, once there are so many. */
async function lines(count: number): Promise<unknown[]> {
  for (;;) {
    const found = readdirSync(folder).find((name) => /^pim2shop-\d{4}-\d\d-\d\d\.log$/.test(name));
    const text = found === undefined ? '' : readFileSync(join(folder, found), 'utf8');
    const complete = text.split('\n').slice(0, -1);
    if (complete.length >= count) return complete.map((line) => JSON.parse(line) as unknown);
    await wait(10);
  }
}

describe('the log file', () => {
  it('has a line of JSON for each message of its level or above, with its data beside the constant message', async () => {
    const log = winstonLog({ level: 'warn', folder });
    log.info('left out');
    log.warn('the shop was slow', { pipeline: 'products', waitMs: 5 });
    log.error('the shop was gone');
    log.close();
    expect(await lines(2)).toEqual([
      { level: 'warn', message: 'the shop was slow', pipeline: 'products', waitMs: 5, timestamp: expect.any(String) as string },
      { level: 'error', message: 'the shop was gone', timestamp: expect.any(String) as string },
    ]);
  });
});
