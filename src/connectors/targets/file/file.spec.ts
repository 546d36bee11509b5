import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenTarget, TargetItem, WriteCall } from '../../contract/index.js';
import { file } from './index.js';

let folder: string;
let path: string;
let target: OpenTarget;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-file-'));
  path = join(folder, 'out.jsonl');
  target = await open();
});

afterEach(async () => {
  await target.close?.();
  rmSync(folder, { recursive: true });
});

const open = (): Promise<OpenTarget> =>
  file.open({ path }, { connection: 'out', log: { debug: () => undefined, info: () => undefined, warn: () => undefined } });
const call = (more: Partial<WriteCall> = {}): WriteCall => ({
  signal: new AbortController().signal,
  resolve: ({ key }) => (key === 'there' ? '7' : undefined),
  alone: (_names, work) => work(),
  managed: () => Promise.resolve(new Set()),
  asset: () => Promise.resolve(null),
  ...more,
});
const item = (key: string, fields: TargetItem['fields'], more: Partial<TargetItem> = {}): TargetItem => ({
  key,
  operation: 'write',
  resource: 'product',
  store: 'all',
  fields,
  previous: null,
  lastKnown: null,
  address: null,
  cleared: [],
  owned: [],
  targetId: null,
  inherits: false,
  sendNumber: 1,
  ...more,
});
const lines = (): { key: string; operation: string; document: unknown }[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string; operation: string; document: unknown });

describe('a file of JSON lines', () => {
  it('acknowledges every item by its key, once it is on the disk', async () => {
    expect(await target.write([item('a', { name: 'A' }), item('b', { name: 'B' })], call())).toMatchObject([
      { kind: 'written', key: 'a', targetId: 'a' },
      { kind: 'written', key: 'b', targetId: 'b' },
    ]);
    expect(lines().map((line) => line.key)).toEqual(['a', 'b']);
  });

  it('nests fields by their paths, resolves references, and leaves out what does not stand there yet', async () => {
    const reference = (key: string): { $ref: { pipeline: string; key: string; strength: 'weak' } } => ({
      $ref: { pipeline: 'p', key, strength: 'weak' },
    });
    await target.write(
      [
        item('a', {
          'custom_attributes.color': { $option: { attribute: 'color', label: 'Red', labels: {} } },
          links: [reference('there'), reference('nowhere')],
          parent: reference('nowhere'),
        }),
      ],
      call(),
    );
    expect(lines()[0]?.document).toEqual({ custom_attributes: { color: 'Red' }, links: ['7'], parent: null });
  });

  it('writes a take-down as a line of its own, so that the last line of a key tells what stands', async () => {
    await target.write([item('a', { name: 'A' })], call());
    await target.write([item('a', {}, { operation: 'delete' })], call());
    expect(lines().at(-1)).toMatchObject({ key: 'a', operation: 'delete', document: null });
  });

  it('cuts off half a line that a crash left, and goes on after the last whole one', async () => {
    await target.write([item('a', { name: 'A' })], call());
    await target.close?.();
    appendFileSync(path, `{"key":"b","document":{"name":"${'x'.repeat(100_000)}`);
    target = await open();
    await target.write([item('c', { name: 'C' })], call());
    expect(lines().map((line) => line.key)).toEqual(['a', 'c']);
  });

  it('keeps the lines of batches written at once apart', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, batch) => target.write([item(`${batch}.1`, { n: batch }), item(`${batch}.2`, { n: batch })], call())),
    );
    const keys = lines().map((line) => line.key);
    for (let batch = 0; batch < 20; batch += 1) expect(keys[keys.indexOf(`${batch}.1`) + 1]).toBe(`${batch}.2`);
  });

  it('begins nothing once the lease has ended', async () => {
    await expect(target.write([item('a', {})], call({ signal: AbortSignal.abort() }))).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('takes hostile names and values as what they are', async () => {
    const fields = JSON.parse(
      '{"__proto__.polluted": true, "constructor.prototype.x": 1, "text": "line\\nbreak \\u0000 \\ud800"}',
    ) as TargetItem['fields'];
    await target.write([item('a', fields)], call());
    expect(lines()).toHaveLength(1);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
