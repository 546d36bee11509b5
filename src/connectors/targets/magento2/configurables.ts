import type { JsonObject } from '../../contract/index.js';
import { acknowledgedId } from './acknowledged.js';
import { asList, asObject } from './json.js';
import { anyOf, inLists } from './shop-api.js';
import type { ShopApi } from './shop-api.js';

/** What variants of a configurable differ in. */
export interface Axis {
  readonly attributeId: number;
  readonly label: string;
  /** Ids of options. */
  readonly values: ReadonlySet<number>;
}

/** A configurable as it stands in the shop. */
export interface Configurable {
  readonly id: number;
  readonly sku: string;
  readonly axes: readonly Axis[];
  /** Product ids of its variants. */
  readonly links: ReadonlySet<number>;
}

/** By id; one request per 100. Those that are not there are left out. */
export async function readConfigurables(api: ShopApi, ids: Iterable<number>, signal: AbortSignal): Promise<Map<number, Configurable>> {
  const found = new Map<number, Configurable>();
  for (const list of inLists([...new Set(ids)].map(String)))
    for (const item of await api.search('all', '/products', anyOf('entity_id', list), signal, 'id,sku,type_id,extension_attributes')) {
      const configurable = configurableOf(item);
      found.set(configurable.id, configurable);
    }
  return found;
}

/** Options and links go together: links alone are taken for one combination (magento2#39534). */
export async function saveConfigurable(
  api: ShopApi,
  { sku, axes, links }: Pick<Configurable, 'sku' | 'axes' | 'links'>,
  signal: AbortSignal,
): Promise<void> {
  const options = axes.map(({ attributeId, label, values }, position) => ({
    attribute_id: String(attributeId),
    label,
    position,
    values: [...values].map((value) => ({ value_index: value })),
  }));
  const product = {
    sku,
    type_id: 'configurable',
    extension_attributes: { configurable_product_options: options, configurable_product_links: [...links] },
  };
  acknowledgedId(
    await api.send('PUT', 'all', `/products/${encodeURIComponent(sku)}`, { product }, signal),
    `linking the variants of "${sku}"`,
  );
}

export function sameConfigurable(a: Pick<Configurable, 'axes' | 'links'>, b: Pick<Configurable, 'axes' | 'links'>): boolean {
  return signature(a) === signature(b);
}

function signature({ axes, links }: Pick<Configurable, 'axes' | 'links'>): string {
  return JSON.stringify([axes.map(({ attributeId, values }) => [attributeId, [...values].sort()]), [...links].sort()]);
}

function configurableOf(item: JsonObject): Configurable {
  const extension = asObject(item.extension_attributes);
  const links = extension.configurable_product_links;
  return {
    id: Number(item.id),
    sku: String(item.sku),
    axes: asList(extension.configurable_product_options).map(axisOf),
    links: new Set((Array.isArray(links) ? links : []).map(Number)),
  };
}

function axisOf(option: JsonObject): Axis {
  return {
    attributeId: Number(option.attribute_id),
    label: String(option.label),
    values: new Set(asList(option.values).map(({ value_index: value }) => Number(value))),
  };
}
