import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetDefinition } from '../../src/connectors/contract/index.js';
import { file } from '../../src/connectors/targets/file/index.js';
import { batchShop } from '../../test/kit/batch-shop/index.js';
import { forkStandIn } from '../../test/kit/stand-in/index.js';

/** Where documents go in one round, and what stands there afterwards. */
export interface Place {
  readonly connection: object;
  /** Document key → what stands there, as text that can be compared. */
  contents(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

export interface PlaceKind {
  readonly name: string;
  readonly definition: TargetDefinition;
  /** An empty one, for one round. */
  open(): Promise<Place>;
}

let files = 0;

const inFile: PlaceKind = {
  name: 'file target',
  definition: file as TargetDefinition,
  open() {
    const path = join(tmpdir(), `pim2shop-bench-${process.pid}-${(files += 1)}.jsonl`);
    return Promise.resolve({
      connection: { connector: 'file', path },
      async contents() {
        const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
        // The send number counts sends and differs by nature.
        const read = lines.map((line) => JSON.parse(line) as { key: string; sendNumber?: number });
        return new Map(read.map(({ sendNumber: _, ...line }) => [line.key, canonical(line)]));
      },
      close: () => rm(path, { force: true }),
    });
  },
};

const inShop: PlaceKind = {
  name: 'no-latency shop',
  definition: batchShop as TargetDefinition,
  async open() {
    // In a process of its own: its work is the shop's and not the program's.
    const shop = await forkStandIn('batch-shop', { remember: false });
    return {
      connection: { connector: 'batch-shop', url: shop.url },
      contents: () => shelf(shop.url),
      close: () => shop.stop(),
    };
  },
};

export const places: readonly PlaceKind[] = [inFile, inShop];

export async function shelf(url: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let after = ''; ;) {
    const answer = await fetch(`${url}/items?limit=1000&after=${encodeURIComponent(after)}`);
    const { items } = (await answer.json()) as { items: { id: string; status: string; fields: object }[] };
    for (const { id, status, fields } of items) found.set(id, canonical({ status, fields }));
    const last = items.at(-1);
    if (last === undefined) return found;
    after = last.id;
  }
}

/** Text with sorted keys: what is compared is the content. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
