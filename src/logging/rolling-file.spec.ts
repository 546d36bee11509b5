import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { until } from '../../test/kit/until.js';
import { LogFolder } from './log-folder.js';
import { RollingFile } from './rolling-file.js';

let folder: string;
let clock: Date;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-log-'));
  clock = new Date();
});
afterEach(() => rmSync(folder, { recursive: true }));

const limits = { maxBytes: 60_000, maxAgeMs: 7 * 86_400_000 };
const open = (pid: number, more: Partial<typeof limits> = {}): RollingFile =>
  new RollingFile(new LogFolder(folder, { ...limits, ...more }, () => clock.getTime()), { role: 'worker', host: 'shop', pid }, () => clock);

const names = (): string[] => readdirSync(folder).sort();
const textOf = (name: string): string => {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
};
const total = (): number => names().reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);

describe('the file of a process', () => {
  it('is another one each day, and the one of yesterday is packed whole', async () => {
    const file = open(1);
    await file.write(Buffer.from('yesterday\n'));
    const [first = ''] = names();
    clock = new Date(clock.getTime() + 86_400_000);
    await file.write(Buffer.from('today\n'));
    await until('the first is packed', () => names().includes(`${first}.gz`) && !names().includes(first));
    expect(names().map(textOf)).toEqual(['yesterday\n', 'today\n']);
    await file.close();
  });

  it('is another one when it is full; the folder stays below its ceiling, and what is left is the newest', async () => {
    const file = open(1);
    const line = (at: number): string => `${String(at).padStart(8, '0')} ${randomBytes(66).toString('base64')}\n`;
    for (let at = 0; at < 3_000; at += 1) {
      await file.write(Buffer.from(line(at)));
      expect(total()).toBeLessThanOrEqual(limits.maxBytes);
    }
    await file.close();
    const kept = names()
      .filter((name) => !name.endsWith('.part'))
      .flatMap((name) => textOf(name).split('\n').slice(0, -1))
      .map((one) => Number(one.slice(0, 8)))
      .sort((a, b) => a - b);
    expect(kept.length).toBeGreaterThan(300);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => 3_000 - kept.length + at));
  });

  it('is nobody else’s: several that write and turn over at once keep every line whole', async () => {
    const files = [1, 2, 3].map((pid) => open(pid, { maxBytes: 200_000 }));
    await Promise.all(
      files.map(async (file, writer) => {
        for (let at = 0; at < 200; at += 1) await file.write(Buffer.from(`${writer} ${at} ${'x'.repeat(90)}\n`));
        await file.close();
      }),
    );
    const kept = names().flatMap((name) => textOf(name).split('\n').slice(0, -1));
    expect(kept).toHaveLength(600);
    expect(new Set(kept.map((one) => /^([0-2] \d+) x{90}$/.exec(one)?.[1])).size).toBe(600);
  });

  it('is begun anew where somebody has removed it', async () => {
    const file = open(1);
    await file.write(Buffer.from('lost\n'));
    for (const name of names()) unlinkSync(join(folder, name));
    clock = new Date(clock.getTime() + 10 * 60_000);
    await file.write(Buffer.from('found\n'));
    expect(names().map(textOf)).toEqual(['found\n']);
    await file.close();
  });

  it('is never one that was there before, not even under the same number of a process', async () => {
    const before = open(1);
    await before.write(Buffer.from('before\n'));
    await before.close();
    const after = open(1);
    await after.write(Buffer.from('after\n'));
    await after.close();
    expect(names().map(textOf)).toEqual(['before\n', 'after\n']);
  });

  it('takes what is older than it may be with it, and nothing that is not its own', async () => {
    const old = join(folder, 'pim2shop-2020-01-01-all-shop-9-1.log.gz');
    for (const path of [old, join(folder, 'notes.txt')]) {
      writeFileSync(path, 'x');
      utimesSync(path, 1, 1);
    }
    const file = open(1);
    await file.write(Buffer.from('new\n'));
    await file.close();
    expect(names()).toEqual(['notes.txt', expect.stringMatching(/-1-1\.log$/) as string]);
  });

  it('rejects where nothing can be written, and goes on where it can', async () => {
    const file = new RollingFile(new LogFolder(join(folder, 'notes.txt'), limits), { role: 'all', host: 'shop', pid: 1 });
    writeFileSync(join(folder, 'notes.txt'), 'in the way');
    await expect(file.write(Buffer.from('x\n'))).rejects.toThrow();
    unlinkSync(join(folder, 'notes.txt'));
    await expect(file.write(Buffer.from('x\n'))).resolves.toBe(2);
    await file.close();
  });
});
