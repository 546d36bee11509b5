import type { JsonObject, TargetItem, WriteCall } from '../../contract/index.js';
import { asList, asObject } from './json.js';
import { wantedOption } from './options.js';
import type { Options } from './options.js';
import { sameJson } from './product-body.js';
import { Refused } from './refused.js';
import type { ShopApi } from './shop-api.js';
import type { ShopStructure } from './shop-structure.js';
import type { ProductId } from './target-id.js';
import { productId } from './target-id.js';

/** A variant that has been written and is to be linked to its configurable. */
export interface Variant {
  readonly item: TargetItem;
  readonly product: ProductId;
}

export interface VariantTools {
  readonly api: ShopApi;
  readonly structure: ShopStructure;
  readonly options: Options;
  readonly call: WriteCall;
}

/** One writer per configurable: two would each save the list without the other's variants. */
const writers = new Map<string, Promise<unknown>>();

/** Whether the place of a variant has to be looked at. */
export function hasPlaceChange({ previous, fields, cleared }: TargetItem): boolean {
  if (previous === null) return 'configurable' in fields || cleared.includes('configurable');
  if (cleared.includes('configurable')) return true;
  const axes = (document: JsonObject) =>
    texts(asObject(document.configurable).axes).map((axis) => document[`custom_attributes.${axis}`] ?? null);
  return !sameJson(fields.configurable, previous.configurable) || !sameJson(axes(fields), axes(previous));
}

/**
 * Takes variants off the configurable they moved away from, and links them to the one they belong to, all
 * of one configurable together. Answers, by document key, why one could not be linked.
 */
export async function linkVariants(variants: readonly Variant[], tools: VariantTools): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>();
  const byParent = new Map<string, { parent: ProductId; variants: Variant[] }>();
  for (const variant of variants) {
    try {
      const parent = parentOf(variant.item.fields, tools.call);
      await unlink(variant, parent, tools);
      if (parent === null) continue;
      const group = byParent.get(parent.sku) ?? { parent, variants: [] };
      group.variants.push(variant);
      byParent.set(parent.sku, group);
    } catch (error) {
      failures.set(variant.item.key, error);
    }
  }
  for (const { parent, variants: group } of byParent.values()) {
    const mine = (writers.get(parent.sku) ?? Promise.resolve()).then(() => linkGroup(parent, group, tools, failures));
    const settled = mine.catch(() => undefined);
    writers.set(parent.sku, settled);
    try {
      await mine;
    } catch (error) {
      for (const { item } of group) failures.set(item.key, failures.get(item.key) ?? error);
    }
    if (writers.get(parent.sku) === settled) writers.delete(parent.sku);
  }
  return failures;
}

function parentOf(document: JsonObject, { resolve }: WriteCall): ProductId | null {
  const reference = asObject(asObject(asObject(document.configurable).parent).$ref);
  if (typeof reference.key !== 'string') return null;
  return productId(resolve({ pipeline: String(reference.pipeline), key: reference.key }));
}

/**
 * Takes a variant off the configurable it was last known to belong to, unless that is `parent`. The SKU is
 * compared with case there, so it goes as the shop spells it.
 */
export async function unlink(
  { item, product }: Variant,
  parent: ProductId | null,
  { api, call }: Pick<VariantTools, 'api' | 'call'>,
): Promise<void> {
  const before = item.lastKnown === null ? null : parentOf(item.lastKnown, call);
  if (before === null || before.id === parent?.id) return;
  try {
    const path = `/configurable-products/${encodeURIComponent(before.sku)}/children/${encodeURIComponent(product.sku)}`;
    await api.send('DELETE', 'all', path, undefined, call.signal);
  } catch (error) {
    // Not linked there any more, or no configurable any more: what is wanted holds already.
    if (!(error instanceof Refused) || (!error.isNotFound && error.status !== 400)) throw error;
  }
}

interface Axis {
  readonly attributeId: number;
  readonly label: string;
  readonly values: Set<number>;
}

async function linkGroup(
  parent: ProductId,
  variants: readonly Variant[],
  tools: VariantTools,
  failures: Map<string, unknown>,
): Promise<void> {
  const { api, call } = tools;
  const current = asObject(
    await api.get('all', `/products/${encodeURIComponent(parent.sku)}`, call.signal, { fields: 'id,sku,type_id,extension_attributes' }),
  );
  const extension = asObject(current.extension_attributes);
  const axes = new Map(asList(extension.configurable_product_options).map((option) => [Number(option.attribute_id), axisOf(option)]));
  const links = new Set((Array.isArray(extension.configurable_product_links) ? extension.configurable_product_links : []).map(Number));
  const before = signature(axes, links);
  const ready: Variant[] = [];
  for (const variant of variants) {
    try {
      for (const [attributeId, axis] of await axesOf(variant, tools)) {
        const known = axes.get(attributeId) ?? { ...axis, values: new Set<number>() };
        for (const value of axis.values) known.values.add(value);
        axes.set(attributeId, known);
      }
      ready.push(variant);
    } catch (error) {
      failures.set(variant.item.key, error);
    }
  }
  const wanted = new Set([...links, ...ready.map(({ product }) => product.id)]);
  if (ready.length === 0 || signature(axes, wanted) === before) return;
  try {
    await save(parent, axes, wanted, tools);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // One of them is refused: one at a time tells which.
    for (const { item, product } of ready) {
      if (links.has(product.id)) continue;
      try {
        await save(parent, axes, new Set([...links, product.id]), tools);
        links.add(product.id);
      } catch (failure) {
        failures.set(item.key, failure);
      }
    }
  }
}

/** Options and links go together: links alone are taken for one combination (magento2#39534). */
async function save(
  parent: ProductId,
  axes: ReadonlyMap<number, Axis>,
  links: ReadonlySet<number>,
  { api, call }: VariantTools,
): Promise<void> {
  const options = [...axes.values()].map(({ attributeId, label, values }, position) => ({
    attribute_id: String(attributeId),
    label,
    position,
    values: [...values].map((value) => ({ value_index: value })),
  }));
  const product = {
    sku: parent.sku,
    type_id: 'configurable',
    extension_attributes: { configurable_product_options: options, configurable_product_links: [...links] },
  };
  await api.send('PUT', 'all', `/products/${encodeURIComponent(parent.sku)}`, { product }, call.signal);
}

/** The axes of a variant with its own value on each. */
async function axesOf({ item }: Variant, { structure, options, call }: VariantTools): Promise<Map<number, Axis>> {
  const axes = new Map<number, Axis>();
  const codes = texts(asObject(item.fields.configurable).axes);
  const known = await structure.attributes(codes, call.signal);
  for (const code of codes) {
    const attribute = known.get(code);
    const value = asObject(item.fields[`custom_attributes.${code}`]);
    if (!attribute || !('$option' in value)) throw new Refused(400, `it has no value for the axis "${code}"`, 'configurable');
    const id = await options.idOf(wantedOption(value), call.signal);
    if (id === undefined) throw new Refused(400, `the axis "${code}" is no select attribute of the shop`, 'configurable');
    axes.set(attribute.id, { attributeId: attribute.id, label: code, values: new Set([Number(id)]) });
  }
  return axes;
}

function axisOf(option: JsonObject): Axis {
  return {
    attributeId: Number(option.attribute_id),
    label: String(option.label),
    values: new Set(asList(option.values).map(({ value_index: value }) => Number(value))),
  };
}

function signature(axes: ReadonlyMap<number, Axis>, links: ReadonlySet<number>): string {
  return JSON.stringify([[...axes.values()].map(({ attributeId, values }) => [attributeId, [...values].sort()]), [...links].sort()]);
}

function texts(value: JsonObject[string] | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
