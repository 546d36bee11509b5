import type {
  Asset,
  JsonObject,
  OpenTarget,
  Outcome,
  Provisions,
  ReadsBack,
  TakeDown,
  TargetItem,
  WantedAttribute,
} from '../../../src/connectors/contract/index.js';
import { provisions, readsBack } from '../../../src/connectors/contract/index.js';
import { magento2 } from '../../../src/connectors/targets/magento2/index.js';
import { outcomesOf, targetItem, writeCall } from '../describe-target/index.js';
import { startMagento, type Magento } from '../magento/index.js';
import { silentTools } from '../silent-tools.js';
import { Turns } from '../../../src/transfer/turns.js';

const turns = new Turns();

/** Documents are named `<pipeline>/<entity>`, store views `<pipeline>/<entity>@<store>`. */
export type Name = `${'products' | 'models' | 'categories'}/${string}`;

/** A target on a stand-in shop, with what the engine would remember of what was acknowledged. */
export interface MagentoScene {
  readonly shop: Magento;
  readonly target: OpenTarget & Provisions & ReadsBack;
  /** Ids in the shop by `<pipeline>/<entity>`. */
  readonly ids: Map<string, string>;
  /** Files of the source by code. */
  readonly files: Map<string, Asset>;
  /** A document as it is wanted now; what was acknowledged last goes along. */
  want(name: Name, fields: JsonObject): TargetItem;
  down(name: Name, operation: TakeDown): TargetItem;
  /** Forgets that the shop acknowledged it, but not what and under which id. */
  doubt(name: Name): void;
  /** Has the shop made ready for these attributes, in its default set. */
  provide(attributes: Readonly<Record<string, Partial<WantedAttribute>>>): Promise<void>;
  /** Sends, and remembers what was said as the engine would. */
  write(...items: readonly TargetItem[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

/** Fields that the pipelines of these specs may set. */
const owned = [
  ...['sku', 'type_id', 'attribute_set', 'name', 'price', 'status', 'visibility', 'weight', 'website_ids', 'stock_item', 'media'],
  ...['category_links', 'product_links', 'configurable', 'custom_attributes.url_key', 'custom_attributes.description'],
  ...['custom_attributes.color', 'custom_attributes.size', 'custom_attributes.features', 'custom_attributes.meta_title'],
];

export async function magentoScene(): Promise<MagentoScene> {
  const shop = await startMagento();
  const target = await magento2.open({ url: shop.url, token: shop.token }, silentTools);
  if (!provisions(target) || !readsBack(target)) throw new Error('the target lacks an ability');
  const ids = new Map<string, string>();
  const files = new Map<string, Asset>();
  const acknowledged = new Map<string, { document: JsonObject | null; inDoubt: boolean }>();
  const call = writeCall({
    resolve: ({ pipeline, key }) => ids.get(`${pipeline}/${key}`),
    alone: (names, work) => turns.alone(names, work),
    managed: (resource, asked) => Promise.resolve(new Set(asked.filter((id) => namesOf(resource).includes(id)))),
    asset: (code) => Promise.resolve(files.get(code) ?? null),
  });
  const namesOf = (resource: string) =>
    [...ids].filter(([name]) => name.startsWith('categories/') === (resource === 'category')).map(([, id]) => id);
  const item = (name: Name, fields: JsonObject, more: Partial<TargetItem>): TargetItem => {
    const [entity = '', store = 'all'] = name.split('@');
    const resource = entity.startsWith('categories/') ? 'category' : 'product';
    const lastKnown = acknowledged.get(name)?.document ?? null;
    const address = typeof fields.sku === 'string' ? fields.sku.toLowerCase() : null;
    return targetItem(name, fields, { resource, store, owned, lastKnown, address, targetId: ids.get(entity) ?? null, ...more });
  };
  return {
    shop,
    target,
    ids,
    files,
    want(name, fields) {
      const { document = null, inDoubt = false } = acknowledged.get(name) ?? {};
      const cleared = Object.keys(document ?? {}).filter((field) => !(field in fields));
      return item(name, fields, { previous: inDoubt ? null : document, cleared, inherits: name.includes('@') });
    },
    down: (name, operation) => item(name, {}, { operation }),
    doubt: (name) => void acknowledged.set(name, { document: acknowledged.get(name)?.document ?? null, inDoubt: true }),
    async provide(attributes) {
      const wanted = Object.entries(attributes).map(([code, more]): WantedAttribute => ({
        ...{ field: `custom_attributes.${code}`, kind: 'text', labels: { all: code }, perStore: false, axis: false, groups: null },
        ...more,
      }));
      await target.provision({ resource: 'product', attributes: wanted, groups: [] }, call.signal);
    },
    async write(...items) {
      const outcomes = await outcomesOf(target, items, call);
      for (const said of outcomes) {
        const { fields, operation } = items.find(({ key }) => key === said.key) as TargetItem;
        const before = acknowledged.get(said.key)?.document ?? null;
        if (said.kind === 'written') acknowledged.set(said.key, { document: operation === 'write' ? fields : null, inDoubt: false });
        if (said.kind === 'unknown') acknowledged.set(said.key, { document: before, inDoubt: true });
        if (said.kind === 'written' && said.targetId !== null) ids.set(said.key.split('@')[0] as string, said.targetId);
      }
      return outcomes;
    },
    async close() {
      await target.close?.();
      await shop.close();
      shop.contract.expectNoViolations();
    },
  };
}

export const kinds = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ kind }) => kind);
export const warningsOf = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap((said) => (said.kind === 'written' ? (said.warnings ?? []).map(({ code }) => code) : []));
export const ref = (pipeline: string, key: string, strength: 'weak' | 'strong' = 'weak'): JsonObject => ({
  $ref: { pipeline, key, strength },
});
export const option = (attribute: string, label: string, labels: Record<string, string> = {}): JsonObject => ({
  $option: { attribute, label, labels },
});
/** A picture of one byte more than its head: enough for the shop to believe it. */
export const png = (seed: number): Asset => ({
  bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, seed]),
  mimeType: 'image/png',
  filename: `${seed}.png`,
});
export const asset = (code: string): JsonObject => ({ $asset: { code, name: `${code}.png` } });

/** A simple product that is for sale. */
export const simple = (sku: string, more: JsonObject = {}): JsonObject => ({
  sku,
  type_id: 'simple',
  attribute_set: null,
  name: `Name of ${sku}`,
  price: 10,
  status: 1,
  visibility: 4,
  website_ids: [1],
  stock_item: { qty: 0, is_in_stock: true, manage_stock: false, use_config_manage_stock: false },
  'custom_attributes.url_key': sku.toLowerCase(),
  ...more,
});
/** A configurable: it has no price of its own. */
export const configurable = (sku: string, more: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries(simple(sku, { ...more, type_id: 'configurable' })).filter(([name]) => name !== 'price'));
export const category = (name: string, more: JsonObject = {}): JsonObject => ({
  parent: null,
  name,
  is_active: true,
  include_in_menu: true,
  position: 1,
  'custom_attributes.url_key': name.toLowerCase().replace(/ /g, '-'),
  ...more,
});
