import type { JsonObject, OutcomeWarning, TargetItem, WriteCall } from '../../contract/index.js';
import type { JsonValue } from '../../../model/json.js';
import { asList, asObject } from './json.js';
import { wantedOption } from './options.js';
import type { Options } from './options.js';
import { Refused } from './refused.js';
import type { ShopStructure } from './shop-structure.js';
import { neverEmpty } from './find-products.js';
import type { FoundProduct } from './find-products.js';
import { productId } from './target-id.js';

export interface BodyTools {
  readonly structure: ShopStructure;
  readonly options: Options;
  readonly call: WriteCall;
}

const custom = 'custom_attributes.';
/** Written by requests of their own, after the product itself. */
const beside = new Set(['media', 'configurable']);
const linkTypes = ['related', 'crosssell', 'upsell'];

/** The fields of a document that this request has to carry: all of them, or what differs from what was acknowledged. */
export function fieldsToSend(item: TargetItem): JsonObject {
  if (item.previous === null) return item.fields;
  const before = item.previous;
  return Object.fromEntries(Object.entries(item.fields).filter(([field, value]) => !(field in before) || !sameJson(value, before[field])));
}

/**
 * What has to be emptied: what the engine names, and, where nothing is known for certain, everything of ours
 * that is not wanted and stands there; in a store view, that differs from what it would inherit.
 */
export function fieldsToClear(item: TargetItem, found: FoundProduct | null): readonly string[] {
  if (item.previous !== null) return item.cleared;
  if (found === null) return [];
  const { shown, inherited } = found;
  const unwanted = item.owned.filter((field) => !(field in item.fields));
  if (inherited !== undefined) return unwanted.filter((field) => field in shown && !sameJson(shown[field], inherited[field]));
  return unwanted.filter((field) => (shown[field] ?? null) !== null);
}

/** The `product` of a save. Throws `Refused` for what the shop could only refuse. */
export async function productBody(
  item: TargetItem,
  found: FoundProduct | null,
  tools: BodyTools,
  warnings: OutcomeWarning[],
): Promise<JsonObject> {
  const body: JsonObject = {};
  const attributes: JsonObject[] = [];
  const extension: JsonObject = {};
  const fields = fieldsToSend(item);
  for (const [field, value] of Object.entries(fields)) {
    if (beside.has(field)) continue;
    if (isShared(field, item, tools)) warnings.push(notPerStore(field));
    else if (field.startsWith(custom)) attributes.push(await attributeBody(field, value, tools));
    else await placeField(field, value, item, found, tools, body, extension, warnings);
  }
  for (const field of fieldsToClear(item, found)) {
    if (beside.has(field) || field in fields || isShared(field, item, tools)) continue;
    if (field.startsWith(custom)) attributes.push({ attribute_code: field.slice(custom.length), value: null });
    else await clearField(field, item, found, tools, body, extension);
  }
  if (attributes.length > 0) body.custom_attributes = attributes;
  if (Object.keys(extension).length > 0) body.extension_attributes = extension;
  return body;
}

async function placeField(
  field: string,
  value: JsonValue,
  item: TargetItem,
  found: FoundProduct | null,
  tools: BodyTools,
  body: JsonObject,
  extension: JsonObject,
  warnings: OutcomeWarning[],
): Promise<void> {
  switch (field) {
    case 'attribute_set':
      body.attribute_set_id = await attributeSetId(value, tools);
      return;
    case 'website_ids':
      extension.website_ids = value;
      return;
    case 'stock_item':
      extension.stock_item = value;
      return;
    case 'category_links':
      extension.category_links = await categoryLinks(value, found, tools, warnings);
      return;
    case 'product_links':
      body.product_links = productLinks(value, String(item.fields.sku ?? productId(item.targetId)?.sku ?? ''), tools, warnings);
      return;
    default:
      body[field] = value;
  }
}

/** A field that is not wanted any more. */
async function clearField(
  field: string,
  item: TargetItem,
  found: FoundProduct | null,
  tools: BodyTools,
  body: JsonObject,
  extension: JsonObject,
): Promise<void> {
  if (item.inherits) {
    const inherited = found?.inherited?.[field];
    if (neverEmpty.includes(field) && inherited !== undefined) body[field] = inherited;
  } else if (field === 'category_links') {
    const links = await categoryLinks([], found, tools, []);
    if (found && found.categories.length !== links.length) extension.category_links = links;
  } else if (field === 'product_links') body.product_links = [];
  else if (field === 'weight') body.weight = 0;
}

/** A global attribute written in a store view changes every view. */
function isShared(field: string, { inherits }: TargetItem, { structure }: BodyTools): boolean {
  return inherits && field.startsWith(custom) && structure.known(field.slice(custom.length))?.scope === 'global';
}

function notPerStore(field: string): OutcomeWarning {
  return { field, code: 'not_per_store', message: 'the attribute is the same in every store view of the shop: left out in this one' };
}

async function attributeSetId(value: JsonValue, { structure, call }: BodyTools): Promise<number> {
  if (typeof value !== 'string') return (await structure.sets(call.signal)).defaultId;
  const id = await structure.setNamed(value, call.signal);
  if (id === undefined) throw new Refused(400, `the shop has no attribute set "${value}"`, 'attribute_set');
  return id;
}

async function attributeBody(field: string, value: JsonValue, tools: BodyTools): Promise<JsonObject> {
  return { attribute_code: field.slice(custom.length), value: await attributeValue(field, value, tools) };
}

async function attributeValue(field: string, value: JsonValue, { options, call }: BodyTools): Promise<JsonValue> {
  const optionId = async (one: JsonObject): Promise<string> => {
    const wanted = wantedOption(one);
    const id = await options.idOf(wanted, call);
    if (id === undefined) throw new Refused(400, `the shop has no attribute "${wanted.attribute}" with options`, field);
    return id;
  };
  if (isOption(value)) return optionId(value);
  if (!Array.isArray(value) || !value.every(isOption)) return typeof value === 'number' ? String(value) : value;
  // Two labels that differ in case are one option.
  const ids = new Set<string>();
  for (const one of value) ids.add(await optionId(one));
  return [...ids].join(',');
}

/** Attributes of which a request for this item names options. */
export function attributesWithOptions(item: TargetItem): string[] {
  return Object.entries(fieldsToSend(item)).flatMap(([field, value]) => {
    const named = isOption(value) || (Array.isArray(value) && value.length > 0 && value.every(isOption));
    return field.startsWith(custom) && named ? [field.slice(custom.length)] : [];
  });
}

function isOption(value: JsonValue): value is JsonObject {
  return '$option' in asObject(value);
}

/** Ours as wanted, in their order, and the shop's own as they are: links to categories that no pipeline brought there. */
async function categoryLinks(
  value: JsonValue,
  found: FoundProduct | null,
  { call }: BodyTools,
  warnings: OutcomeWarning[],
): Promise<JsonObject[]> {
  const ours = asList(value).flatMap((link) => {
    const reference = asObject(link.$ref);
    const id = call.resolve({ pipeline: String(reference.pipeline), key: String(reference.key) });
    if (id === undefined) warnings.push(notYet('category_links', String(reference.key)));
    return id === undefined ? [] : [id];
  });
  const existing = found?.categories ?? [];
  const managed =
    existing.length === 0
      ? new Set<string>()
      : await call.managed(
          'category',
          existing.map(({ id }) => id),
        );
  const foreign = existing.filter(({ id }) => !managed.has(id) && !ours.includes(id));
  return [
    ...foreign.map(({ id, position }) => ({ category_id: id, position })),
    ...[...new Set(ours)].map((id) => ({ category_id: id, position: existing.find((link) => link.id === id)?.position ?? 0 })),
  ];
}

function productLinks(value: JsonValue, sku: string, { call }: BodyTools, warnings: OutcomeWarning[]): JsonObject[] {
  const positions = new Map<string, number>();
  return asList(value).flatMap((link) => {
    const type = String(link.type);
    const reference = asObject(asObject(link.product).$ref);
    const linked = productId(call.resolve({ pipeline: String(reference.pipeline), key: String(reference.key) }));
    if (linked === null) warnings.push(notYet('product_links', String(reference.key)));
    if (linked === null || !linkTypes.includes(type)) return [];
    const position = positions.get(type) ?? 0;
    positions.set(type, position + 1);
    return [{ sku, link_type: type, linked_product_sku: linked.sku, linked_product_type: 'simple', position }];
  });
}

function notYet(field: string, key: string): OutcomeWarning {
  return { field, code: 'not_in_shop_yet', message: `${key} is not in the shop yet: left out for now` };
}

export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && sameJson(one[key], other[key]));
}
