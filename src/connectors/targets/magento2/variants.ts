import type { JsonObject, TargetItem, WriteCall } from '../../contract/index.js';
import { acknowledged } from './acknowledged.js';
import { readConfigurables, sameConfigurable, saveConfigurable } from './configurables.js';
import type { Axis, Configurable } from './configurables.js';
import { asObject } from './json.js';
import { wantedOption } from './options.js';
import type { Options } from './options.js';
import { sameJson } from './product-body.js';
import { Refused } from './refused.js';
import { anyOf, inLists } from './shop-api.js';
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

/** Where a variant belongs, and where it was. */
interface Place {
  readonly variant: Variant;
  /** The configurable it is wanted in; null for none. */
  readonly parent: number | null;
  /** The one it was last known to belong to. */
  readonly former: number | null;
}

/** Whether the place of a variant has to be looked at. */
export function hasPlaceChange({ previous, lastKnown, fields, cleared }: TargetItem): boolean {
  if (previous === null) return 'configurable' in fields || (lastKnown !== null && 'configurable' in lastKnown);
  if (cleared.includes('configurable')) return true;
  const axes = (document: JsonObject) =>
    texts(asObject(document.configurable).axes).map((axis) => document[`custom_attributes.${axis}`] ?? null);
  return !sameJson(fields.configurable, previous.configurable) || !sameJson(axes(fields), axes(previous));
}

/**
 * Brings variants to the configurable they belong to and off the ones they left, all of one configurable
 * together, by what the shop says of its links now. Answers, by document key, why one could not be linked.
 */
export async function linkVariants(variants: readonly Variant[], tools: VariantTools): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>();
  const places = variants.flatMap((variant) => {
    const { fields, lastKnown } = variant.item;
    const parent = parentOf(fields, tools.call)?.id ?? null;
    if (parent === null && 'configurable' in fields) {
      failures.set(variant.item.key, new Refused(404, 'its configurable is not in the shop', 'configurable'));
      return [];
    }
    return [{ variant, parent, former: lastKnown === null ? null : (parentOf(lastKnown, tools.call)?.id ?? null) }];
  });
  const touched = places.flatMap(({ parent, former }) => [parent, former].filter((id) => id !== null));
  if (touched.length === 0) return failures;
  try {
    await tools.call.alone(touched.map(linksOf), () => linkPlaces(places, new Set(touched), tools, failures));
  } catch (error) {
    for (const { variant } of places) failures.set(variant.item.key, failures.get(variant.item.key) ?? error);
  }
  return failures;
}

/** The lists of a configurable are read, changed and written back whole. */
function linksOf(configurable: number): string {
  return `configurable ${configurable}`;
}

async function linkPlaces(
  places: readonly Place[],
  touched: ReadonlySet<number>,
  tools: VariantTools,
  failures: Map<string, unknown>,
): Promise<void> {
  const configurables = await readConfigurables(tools.api, touched, tools.call.signal);
  const left = await leftBehind(places, tools);
  const wanted = new Map(places.map(({ variant, parent }) => [variant.product.id, parent]));
  for (const id of touched) {
    const coming = places.filter(({ parent }) => parent === id).map(({ variant }) => variant);
    const concerned = places.filter(({ parent, former }) => parent === id || former === id).map(({ variant }) => variant);
    const configurable = configurables.get(id);
    const leaving = [...(configurable?.links ?? [])].filter((link) =>
      wanted.has(link) ? wanted.get(link) !== id : left.get(id)?.has(link) === true,
    );
    try {
      if (configurable) await linkGroup(configurable, coming, new Set(leaving), tools, failures);
      else
        for (const { item } of coming)
          failures.set(item.key, new Refused(404, 'its configurable is not in the shop any more', 'configurable'));
    } catch (error) {
      for (const { item } of concerned) failures.set(item.key, failures.get(item.key) ?? error);
    }
  }
}

/**
 * Products that variants were before they took over another's SKU (two that were swapped): whoever has them now
 * has another place, and says so when its own turn comes. By the configurable they were in.
 */
async function leftBehind(places: readonly Place[], { api, call }: VariantTools): Promise<Map<number, Set<number>>> {
  const moved = places.flatMap(({ variant: { item, product }, former }) => {
    const before = item.lastKnown?.sku;
    const takenOver = typeof before === 'string' && !sameSku(before, product.sku) && !sameSku(before, productId(item.targetId)?.sku);
    return former !== null && takenOver ? [{ former, sku: before }] : [];
  });
  const left = new Map<number, Set<number>>();
  for (const list of inLists(moved.map(({ sku }) => sku)))
    for (const item of await api.search('all', '/products', anyOf('sku', list), call.signal, 'id,sku'))
      for (const { former, sku } of moved)
        if (sameSku(sku, String(item.sku))) left.set(former, (left.get(former) ?? new Set()).add(Number(item.id)));
  return left;
}

function sameSku(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

function parentOf(document: JsonObject, { resolve }: WriteCall): ProductId | null {
  const reference = asObject(asObject(asObject(document.configurable).parent).$ref);
  if (typeof reference.key !== 'string') return null;
  return productId(resolve({ pipeline: String(reference.pipeline), key: reference.key }));
}

/** Takes a product that is taken down off the configurable it was last known to belong to. */
export async function takeOff({ item, product }: Variant, { api, call }: Pick<VariantTools, 'api' | 'call'>): Promise<void> {
  const former = item.lastKnown === null ? null : parentOf(item.lastKnown, call);
  if (former !== null) await call.alone([linksOf(former.id)], () => unlink(api, former.sku, product.sku, call.signal));
}

/** The SKU of the variant is compared with case there, so it goes as the shop spells it. */
async function unlink(api: ShopApi, parent: string, sku: string, signal: AbortSignal): Promise<void> {
  try {
    const path = `/configurable-products/${encodeURIComponent(parent)}/children/${encodeURIComponent(sku)}`;
    acknowledged(await api.send('DELETE', 'all', path, undefined, signal), `taking "${sku}" off "${parent}"`);
  } catch (error) {
    // Not linked there any more, or no configurable any more: what is wanted holds already.
    if (!(error instanceof Refused) || (!error.isNotFound && error.status !== 400)) throw error;
  }
}

async function linkGroup(
  before: Configurable,
  coming: readonly Variant[],
  leaving: ReadonlySet<number>,
  tools: VariantTools,
  failures: Map<string, unknown>,
): Promise<void> {
  const { api, call } = tools;
  const axes = new Map<number, Axis>();
  const ready: Variant[] = [];
  for (const variant of coming) {
    try {
      for (const axis of await axesOf(variant, tools))
        axes.set(axis.attributeId, withValues(axes.get(axis.attributeId) ?? known(axis, before), axis));
      ready.push(variant);
    } catch (error) {
      failures.set(variant.item.key, error);
    }
  }
  const rest = [...before.links].filter((link) => !leaving.has(link));
  // What stands there differs in what our variants differ in; where none comes, in what it did.
  const after = (links: readonly number[]) => ({
    ...before,
    axes: ready.length > 0 ? [...axes.values()] : before.axes,
    links: new Set(links),
  });
  const all = after([...rest, ...ready.map(({ product }) => product.id)]);
  if (sameConfigurable(before, all)) return;
  try {
    await saveConfigurable(api, all, call.signal);
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 409 || ready.length === 0) throw error;
    // One of them is refused: one at a time tells which.
    const links = [...rest];
    for (const { item, product } of ready) {
      try {
        await saveConfigurable(api, after([...links, product.id]), call.signal);
        links.push(product.id);
      } catch (failure) {
        failures.set(item.key, failure);
      }
    }
  }
}

function known(axis: Axis, { axes }: Configurable): Axis {
  return axes.find(({ attributeId }) => attributeId === axis.attributeId) ?? axis;
}

function withValues(axis: Axis, more: Axis): Axis {
  return { ...axis, values: new Set([...axis.values, ...more.values]) };
}

/** The axes of a variant with its own value on each. */
async function axesOf({ item }: Variant, { structure, options, call }: VariantTools): Promise<Axis[]> {
  const axes: Axis[] = [];
  const codes = texts(asObject(item.fields.configurable).axes);
  const attributes = await structure.attributes(codes, call.signal);
  for (const code of codes) {
    const attribute = attributes.get(code);
    const value = asObject(item.fields[`custom_attributes.${code}`]);
    if (!attribute || !('$option' in value)) throw new Refused(400, `it has no value for the axis "${code}"`, 'configurable');
    const id = await options.idOf(wantedOption(value), call);
    if (id === undefined) throw new Refused(400, `the axis "${code}" is no select attribute of the shop`, 'configurable');
    axes.push({ attributeId: attribute.id, label: code, values: new Set([Number(id)]) });
  }
  return axes;
}

function texts(value: JsonObject[string] | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
