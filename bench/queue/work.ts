import type { JsonObject } from '../../src/model/json.js';

/** What both sides do their work on: a pipeline, a connection, and a page or a batch of this size. */
export const place = { pipeline: 'products', connection: 'shop', feed: 'pim/product', size: 500 } as const;

/** One side of the comparison: how it brings changes into the queue, and how a worker empties it. */
export interface Side {
  readonly name: string;
  enqueue(keys: readonly string[], version: number, moves: number): Promise<void>;
  /** Claim, intent and settlement of one batch; how many entries it was. */
  batch(worker: string, version: number): Promise<number>;
}

export const leaseMs = 30_000;

/** Keys as a PIM has them: in no order that the queue's indexes would like. */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const scattered = ((n * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0');
    return `${scattered}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  });
}

export const documentKey = (key: string): string => `product:all:en_US:${key}`;

/** A document of a kilobyte and a half, as a product of the bundled catalogue makes one. */
export function documentOf(key: string, version: number): JsonObject {
  return {
    sku: key,
    name: `Product ${key}, version ${version}`,
    type_id: 'simple',
    status: 1,
    price: 19.5 + version,
    'custom_attributes.description': 'What it is made of, and how it is washed. '.repeat(12),
    'custom_attributes.color': { $option: { attribute: 'color', label: 'Red', labels: { de_DE: 'Rot', fr_FR: 'Rouge' } } },
    category_links: [0, 1, 2].map((n) => ({ $ref: { pipeline: 'categories', key: `category-${n}`, strength: 'weak' } })),
    media: [{ $asset: { code: `${key}.png`, name: 'picture' } }],
  };
}

export const hashOf = (key: string, version: number): string =>
  `${version}${key.replaceAll('-', '')}${key.replaceAll('-', '')}`.slice(0, 64);
