import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Supplier } from '../../../../test/kit/drop-folder/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import type { ChangesPage, ConnectorTools, JsonValue } from '../../contract/index.js';
import { dropFolderConfig } from './config.js';
import { DropFolderSource } from './drop-folder-source.js';

let supplier: Supplier;
let clock: number;
let warnings: string[];
beforeEach(() => {
  supplier = new Supplier();
  [clock, warnings] = [Date.UTC(2026, 0, 1), []];
});
afterEach(() => supplier.close());

const { signal } = new AbortController();
const needs = { attributes: null, fields: [], locales: null, channels: null };
const product = { full: 'full-*', delta: 'delta-*', key: 'sku', version: 'v', deletedWhen: { field: 'gone', is: ['1', 'yes'] } };
const tools: ConnectorTools = {
  ...silentTools,
  log: { ...silentTools.log, warn: (message, data) => void warnings.push(`${message} ${JSON.stringify(data)}`) },
};
const open = (more: object = {}): DropFolderSource => {
  const config = dropFolderConfig.parse({ folder: supplier.folder, format: 'jsonl', entities: { product }, ...more });
  return new DropFolderSource(config, tools, { pageSize: 4, now: () => clock });
};
const lines = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const fetched = async (source: DropFolderSource, ...keys: string[]) => {
  const { records, absent } = await source.fetch('product', keys, { needs, signal });
  return { names: Object.fromEntries(records.map(({ key, fields }) => [key, fields.name])), absent };
};
const listed = async (source: DropFolderSource) => {
  const found: string[] = [];
  for (let cursor: JsonValue | null = null, done = false; !done;) {
    const page = await source.keys('product', cursor, { needs, signal, withRecords: true });
    found.push(...page.keys.map(({ key }) => key));
    ({ cursor, done } = page);
  }
  return found.sort();
};
const changed = (source: DropFolderSource, cursor: JsonValue | null) => source.changes('product', cursor, { needs, signal, overlapMs: 0 });
const round = async (source: DropFolderSource, cursor: JsonValue): Promise<ChangesPage[]> => {
  const pages = [await changed(source, cursor)];
  for (let last = pages[0]; last && !last.done; last = pages.at(-1)) pages.push(await changed(source, last.cursor));
  return pages;
};
const begun = async (source: DropFolderSource): Promise<JsonValue> => (await changed(source, null)).cursor;
const keysIn = (pages: readonly ChangesPage[]) => pages.flatMap(({ changes }) => changes.map(({ key, kind }) => `${kind} ${key}`));

describe('what stands', () => {
  it('is what the last full file lists, and what came after it', async () => {
    const source = open();
    supplier.drop('full-1', lines({ sku: 'a', name: 'a1' }, { sku: 'b', name: 'b1' }));
    supplier.drop('full-2', lines({ sku: 'b', name: 'b2' }, { sku: 'c', name: 'c2' }));
    expect(await listed(source)).toEqual(['b', 'c']);
    supplier.drop('delta-1', lines({ sku: 'c', gone: 'yes' }, { sku: 'd', name: 'd1' }));
    expect(await listed(source)).toEqual(['b', 'd']);
    expect(await fetched(source, 'a', 'b', 'c', 'd', 'e')).toEqual({ names: { b: 'b2', d: 'd1' }, absent: ['a', 'c', 'e'] });
  });

  it('proves nothing absent that no full file could have listed', async () => {
    supplier.drop('delta-1', lines({ sku: 'a', name: 'a1' }, { sku: 'b', gone: '1' }));
    expect(await fetched(open(), 'a', 'b', 'c')).toEqual({ names: { a: 'a1' }, absent: ['b'] });
  });

  it('is never an older version than one that was seen', async () => {
    const source = open();
    supplier.drop(
      'delta-1',
      lines({ sku: 'a', name: 'new', v: 7 }, { sku: 'a', name: 'old', v: 6 }, { sku: 'b', name: 'b1', v: '2026-01-02' }),
    );
    supplier.drop('delta-2', lines({ sku: 'a', name: 'older', v: 5 }, { sku: 'b', name: 'b2', v: '2026-01-03' }));
    expect((await fetched(source, 'a', 'b')).names).toEqual({ a: 'new', b: 'b2' });
  });

  it('stands after a restart, and after what the program kept was lost', async () => {
    const before = open();
    let cursor = await begun(before);
    for (const [index, name] of ['full-1', 'full-2', 'delta-1'].entries()) {
      supplier.drop(name, lines({ sku: 'a', name }, { sku: `only in ${name}`, name }));
      clock += 60_000;
      const pages = await round(before, cursor);
      ({ cursor } = pages.at(-1) ?? { cursor });
      if (index < 2) await before.settled('product', clock, signal);
    }
    expect(supplier.files('archive', 'product')).toHaveLength(2);
    const wanted = ['a', 'only in delta-1', 'only in full-2'];
    expect(await listed(open())).toEqual(wanted);
    supplier.loseState();
    const after = open();
    expect(await listed(after)).toEqual(wanted);
    expect((await fetched(after, 'a')).names).toEqual({ a: 'delta-1' });
    // What is not known to be read is read once more.
    expect(keysIn(await round(after, cursor))).toEqual(expect.arrayContaining(['updated a', 'updated only in delta-1']));
    expect(warnings.join()).toContain('was lost and made anew');
  });

  it('is not taken for empty where the share is not mounted', async () => {
    const source = open();
    supplier.drop('full-1', lines({ sku: 'a' }, { sku: 'b' }));
    const { cursor } = (await round(source, await begun(source))).at(-1) ?? { cursor: null };
    const back = supplier.unmountToEmpty();
    await expect(changed(source, cursor)).rejects.toThrow('is it mounted?');
    expect((await fetched(open(), 'a')).absent).toEqual([]);
    back();
    expect(await listed(source)).toEqual(['a', 'b']);
    expect(keysIn(await round(source, cursor ?? null))).toEqual([]);
  });
});

describe('a round of changes', () => {
  it('reads files in the order of their names, and tells of each key the newest', async () => {
    const source = open();
    const cursor = await begun(source);
    supplier.drop('delta-2', lines({ sku: 'a', name: 'second' }));
    supplier.drop('delta-1', lines({ sku: 'a', name: 'first' }, { sku: 'b', name: 'b' }));
    const pages = await round(source, cursor);
    expect(keysIn(pages)).toEqual(['updated a', 'updated b']);
    expect(pages[0]?.changes[0]?.record?.fields.name).toBe('second');
  });

  it('passes over a file with the bytes of the one before it, and not over one that brings a former state back', async () => {
    const source = open();
    const [first, second] = [lines({ sku: 'a', name: 'first' }), lines({ sku: 'a', name: 'second' })];
    let cursor = await begun(source);
    const told: string[][] = [];
    for (const [index, content] of [first, first, second, first].entries()) {
      supplier.drop(`delta-${index}`, content);
      const pages = await round(source, cursor);
      told.push(pages.flatMap(({ changes }) => changes.map(({ record }) => String(record?.fields.name))));
      cursor = pages.at(-1)?.cursor ?? null;
    }
    expect(told).toEqual([['first'], [], ['second'], ['first']]);
  });

  it('ends with what was there when it began, and moves its position with each window', async () => {
    const source = open();
    let { cursor, position } = await changed(source, null);
    for (let file = 1; file <= 3; file += 1)
      supplier.drop(`delta-${file}`, lines(...Array.from({ length: 30 }, (_, index) => ({ sku: `${file}-${index}` }))));
    const positions: number[] = [];
    for (let done = false; !done;) {
      const page = await changed(source, cursor);
      if (page.position !== null) positions.push(page.position);
      ({ cursor, done } = page);
      supplier.drop('delta-9', lines({ sku: 'late' }));
    }
    expect(positions).toHaveLength(3);
    for (const next of positions) {
      expect(next).toBeGreaterThan(position ?? NaN);
      position = next;
    }
  });
});

describe('a file', () => {
  it('that is broken goes to quarantine with its line and reason, and nothing of it is taken', async () => {
    const source = open();
    supplier.drop('full-1', lines({ sku: 'a', name: 'a' }));
    supplier.drop('full-2', `${lines({ sku: 'b' }, { sku: 'c' })}{"sku": secret`);
    supplier.drop('full-3', lines({ sku: 'a', name: 'a3' }));
    expect(await listed(source)).toEqual(['a']);
    expect((await fetched(source, 'b')).absent).toEqual(['b']);
    const [why = '', file = ''] = supplier.files('quarantine', 'product').sort((a, b) => b.length - a.length);
    expect(file).toMatch(/full-2$/);
    expect(why).toBe(`${file}.why`);
    expect(supplier.read('quarantine', 'product', why)).toContain('line 3: this is no JSON');
    expect(warnings.join()).not.toContain('secret');
    expect(await source.check(signal)).toMatchObject({ ok: true, detail: expect.stringContaining('1 files in quarantine') as string });
  });

  it('with a record that has no key is taken without it, and the line is told', async () => {
    const source = open();
    const hostile = [{ name: 'no key' }, { sku: '' }, { sku: {} }, { sku: 'x\u0000' }, { sku: '\ud800' }, { sku: 'k'.repeat(600) }];
    supplier.drop('full-1', `${lines({ sku: 'a' }, ...hostile)}[1]\nnull\n${lines({ sku: 7 })}`);
    expect(await listed(source)).toEqual(['7', 'a']);
    const [why = ''] = supplier.files('quarantine', 'product');
    for (let line = 2; line <= 9; line += 1) expect(supplier.read('quarantine', 'product', why)).toContain(`line ${line}: `);
  });

  it('that is a link is not followed, whatever its name', async () => {
    const outside = join(supplier.folder, '..', 'outside');
    writeFileSync(outside, lines({ sku: 'secret' }));
    symlinkSync(outside, join(supplier.folder, 'full-1'));
    supplier.drop('full-2\n..\u001b[31m', lines({ sku: 'odd' }));
    supplier.drop(`full-${'ü'.repeat(120)}`, lines({ sku: 'odd' }, { sku: 'long' }));
    const source = open();
    expect(await listed(source)).toEqual(['long', 'odd']);
    expect(warnings.join()).toContain('a link in a drop folder is not followed');
    const pages = await round(source, await begun(source));
    await source.settled('product', pages.at(-1)?.position ?? NaN, signal);
    expect(supplier.files('archive', 'product')).toHaveLength(2);
  });

  it('waits for its companion, of its own time', async () => {
    const source = open({ complete: 'companion' });
    supplier.write('full-1.jsonl', lines({ sku: 'a' }));
    expect(await listed(source)).toEqual([]);
    supplier.write('full-1.done', '');
    expect(await listed(source)).toEqual(['a']);
    expect(supplier.files()).toEqual([]);
    // One that was left behind says nothing of the next file of that name.
    supplier.write('full-1.jsonl.done', '');
    supplier.age('full-1.jsonl.done', 3_600);
    supplier.write('full-1.jsonl', lines({ sku: 'half' }));
    expect(await listed(source)).toEqual(['a']);
    supplier.write('full-1.jsonl.done', '');
    expect(await listed(source)).toEqual(['half']);
  });

  it('waits until nobody has written to it for a while', async () => {
    supplier.write('full-1', lines({ sku: 'a' }));
    // Said to be old, by whoever wrote it.
    supplier.age('full-1', 3_600);
    expect(await listed(open({ complete: 'quiet', quietSeconds: 30 }))).toEqual([]);
    const source = open({ complete: 'quiet', quietSeconds: 0.2 });
    const deadline = Date.now() + 5_000;
    while ((await listed(source)).length === 0) expect(Date.now()).toBeLessThan(deadline);
  });

  it('is taken by one of two who look at the same time', async () => {
    for (let file = 0; file < 20; file += 1) supplier.drop(`delta-${String(file).padStart(2, '0')}`, lines({ sku: `${file}`, name: file }));
    const sources = Array.from({ length: 4 }, () => open());
    const lists = await Promise.all(sources.map(listed));
    for (const list of lists) expect(new Set(list).size).toBe(list.length);
    expect(await listed(open())).toHaveLength(20);
    expect(supplier.files('taken', 'product')).toHaveLength(20);
  });

  it('is archived when it is settled and not before, also after a crash in the middle of that', async () => {
    const source = open();
    const { cursor, position } = await changed(source, null);
    supplier.drop('delta-1', lines({ sku: 'a', name: 'a' }));
    const end = (await round(source, cursor)).at(-1)?.position ?? NaN;
    expect(end).toBeGreaterThan(position ?? NaN);
    await source.settled('product', end - 1, signal);
    expect(supplier.files('archive', 'product')).toEqual([]);
    await source.settled('product', end, signal);
    const [there = ''] = supplier.files('archive', 'product');
    expect(there).toBe(`0000000001.delta.${end}.delta-1`);
    // As if the process had died before it noted that.
    supplier.drop('delta-2', lines({ sku: 'b', name: 'b' }));
    const [, last] = [
      (clock += 1_000),
      (await round(open(), (await round(source, cursor)).at(-1)?.cursor ?? null)).at(-1)?.position ?? NaN,
    ];
    const [taken = ''] = supplier.files('taken', 'product');
    renameSync(
      join(supplier.folder, 'taken', 'product', taken),
      join(supplier.folder, 'archive', 'product', `0000000002.delta.${last}.delta-2`),
    );
    await open().settled('product', last + 1, signal);
    expect((await fetched(open(), 'a', 'b')).names).toEqual({ a: 'a', b: 'b' });
  });
});

it.each([
  ['a folder above', { archive: '..' }],
  ['a path', { quarantine: 'a/b' }],
  ['one folder for two purposes', { archive: 'taken' }],
  ['a pattern with a path', { entities: { product: { full: '../*.csv', key: 'sku' } } }],
  ['an entity without files', { entities: { product: { key: 'sku' } } }],
  ['XML without its record', { format: 'xml' }],
])('a configuration with %s is refused', (_, more) => {
  const config = { folder: supplier.folder, format: 'jsonl', entities: { product }, ...more };
  expect(dropFolderConfig.safeParse(config).success).toBe(false);
});
