import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { EntryList, hashOf, mergeEntries, ofFile, type Entry } from './entries.js';
import { KeyIndex } from './key-index.js';

interface Said {
  readonly key: number;
  readonly order: number | null;
  readonly deleted: boolean;
}

const said = fc.record({ key: fc.nat(20), order: fc.option(fc.nat(3)), deleted: fc.boolean() });
const files = fc.array(fc.record({ full: fc.boolean(), records: fc.array(said, { maxLength: 12 }) }), { maxLength: 6 });

/** What should stand, by the words alone. */
function expected(dropped: readonly { readonly full: boolean; readonly records: readonly Said[] }[]): Map<string, string> {
  let stands = new Map<number, Said & { readonly place: string }>();
  const replaces = (later: Said, earlier: Said | undefined) =>
    !(earlier && later.order !== null && earlier.order !== null && later.order < earlier.order);
  for (const [seq, { full, records }] of dropped.entries()) {
    const own: typeof stands = new Map();
    for (const [index, one] of records.entries())
      if (replaces(one, own.get(one.key))) own.set(one.key, { ...one, place: `${seq} ${index}` });
    const next: typeof stands = full ? new Map() : new Map(stands);
    for (const [key, one] of own) next.set(key, replaces(one, stands.get(key)) ? one : (stands.get(key) ?? one));
    stands = next;
  }
  return new Map([...stands].map(([key, { place, deleted }]) => [hashOf(String(key)).toString('hex'), `${place} ${deleted}`]));
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'pim2shop-index-'))));
afterAll(() => rm(folder, { recursive: true }));

async function indexOf(entries: Buffer): Promise<KeyIndex> {
  await writeFile(join(folder, 'index'), entries);
  return KeyIndex.open(join(folder, 'index'));
}

const shown = ({ seq, offset, deleted }: Entry): string => `${seq} ${offset} ${deleted}`;

it('holds of every key what was said last, of the highest version, since the last file that lists everything', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (dropped) => {
      let [base, live] = [Buffer.alloc(0) as Buffer, 0];
      for (const [seq, { full, records }] of dropped.entries()) {
        const list = new EntryList();
        for (const [offset, { key, order, deleted }] of records.entries())
          list.add({ hash: hashOf(String(key)), order, offset, length: 1, seq: 0, deleted });
        ({ entries: base, live } = mergeEntries(base, ofFile(list.sorted(), seq), full));
      }
      const index = await indexOf(base);
      const found = new Map((await index.after(null, 1_000)).map((entry) => [entry.hash.toString('hex'), shown(entry)]));
      const wanted = expected(dropped);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
      expect(live).toBe([...wanted.values()].filter((one) => one.endsWith('false')).length);
      await index.close();
    }),
  );
});

it('finds each of 5,000 keys, none that is not there, and goes on after any', async () => {
  const list = new EntryList();
  for (let key = 0; key < 5_000; key += 1)
    list.add({ hash: hashOf(`${key}`), order: null, offset: key, length: 1, seq: 1, deleted: false });
  const index = await indexOf(list.sorted());
  for (let key = 0; key < 5_000; key += 1) expect((await index.find(hashOf(`${key}`)))?.offset).toBe(key);
  for (let key = 5_000; key < 6_000; key += 1) expect(await index.find(hashOf(`${key}`))).toBeNull();
  // Beyond both ends, where guessing is worst.
  for (const byte of [0, 255]) expect(await index.find(Buffer.alloc(16, byte))).toBeNull();
  const listed: number[] = [];
  for (let at: Buffer | null = null; ;) {
    const page: Entry[] = await index.after(at, 700);
    if (page.length === 0) break;
    listed.push(...page.map(({ offset }) => offset));
    at = page.at(-1)?.hash ?? null;
  }
  expect(listed.sort((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, key) => key));
  await index.close();
});
