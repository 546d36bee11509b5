import type { JsonObject, JsonValue, SourceRecord } from '../../contract/index.js';
import type { CategoryIndex } from './category-index.js';
import type { Entity, Reading } from './entity.js';
import { valuesQuery } from './entity.js';
import { productConditions } from './find-records.js';
import { isObject, text, texts } from './json.js';
import type { Model, ModelIndex } from './model-index.js';
import type { AkeneoStructure } from './read-structure.js';
import { readValues } from './read-values.js';
import { readVersion } from './read-version.js';
import { linkedSince, updatedSince, type LinkedType } from './updated-since.js';
import { usedBeside } from './used-beside.js';

export interface ProductRooms {
  readonly timeZone: string;
  /** What edits of which are told as edits of the products that are linked to it. */
  readonly linked: readonly LinkedType[];
  readonly models: ModelIndex;
  readonly categories: CategoryIndex;
  structure(signal: AbortSignal): Promise<AkeneoStructure>;
  /** The same, with these family variants if there are such. */
  familyVariants(codes: readonly string[], since: number, signal: AbortSignal): Promise<AkeneoStructure>;
}

/**
 * A simple product or a variant: key is its uuid. Akeneo hands a variant out with the values, categories
 * and associations it inherits; `root` and `axes` say where it belongs.
 */
export function productEntity({ timeZone, linked, models, categories, structure, familyVariants }: ProductRooms): Entity {
  const keyOf = (item: JsonObject) => text(item.uuid);
  const identifier = async (signal: AbortSignal) => (await structure(signal)).identifier;
  const query: Entity['query'] = async (needs, signal) => ({
    ...valuesQuery(needs, [...(needs.attributes ?? []), await identifier(signal)]),
    // Since 7.0. Worked out for the channel and locales that are asked for (GetProductsWithCompletenesses in pim-community-dev).
    with_completenesses: needs.fields.includes('completeness') || undefined,
  });
  return {
    path: '/products-uuid',
    paging: 'search_after',
    keyFilter: 'uuid',
    // 422 for the whole list if one is none.
    lists: (key) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key),
    updatedSince: (time) => updatedSince(time, timeZone),
    ...(linked.length === 0 ? {} : { linkedSince: (time: number) => linkedSince(time, timeZone, linked) }),
    conditions: productConditions,
    query,
    keysQuery: async (signal) => ({ attributes: await identifier(signal) }),
    one: query,
    keyOf,
    async prepared(items, since, signal) {
      const parents = items.flatMap((item) => text(item.parent) ?? []);
      if (parents.length === 0) return true;
      const before = models.freshAt;
      await models.refresh(since, signal);
      // A model that is younger than that: made while the pages of this window were read.
      if (parents.some((parent) => models.find(parent) === undefined)) await models.refresh(performance.now(), signal);
      return models.freshAt === before;
    },
    async records(items, reading) {
      const parents = items.flatMap((item) => text(item.parent) ?? []);
      const variants = parents.flatMap((parent) => models.ancestors(parent).at(-1)?.familyVariant ?? []);
      const known = await familyVariants([...new Set(variants)], reading.since, reading.signal);
      if (reading.needs.fields.includes('allCategories')) await categories.refresh(reading.since, reading.signal);
      return items.flatMap((item) => {
        const key = keyOf(item);
        return key === null ? [] : [readProduct(key, item, known, { models, categories }, reading)];
      });
    },
  };
}

function readProduct(
  key: string,
  item: JsonObject,
  structure: AkeneoStructure,
  rooms: Pick<ProductRooms, 'models' | 'categories'>,
  { needs, readFrom }: Reading,
): SourceRecord {
  const { models } = rooms;
  const parent = text(item.parent);
  const ancestors = parent === null ? [] : models.ancestors(parent);
  const root = ancestors.at(-1);
  const values = readValues(item.values);
  const categories = texts(item.categories);
  return {
    key,
    version: readVersion([item.updated, ...ancestors.map((model) => model.updated)], readFrom),
    ...(typeof item.enabled === 'boolean' ? { state: item.enabled ? ('live' as const) : ('disabled' as const) } : {}),
    fields: {
      uuid: key,
      identifier: text(item.identifier) ?? text(values[structure.identifier]?.[0]?.data),
      // Left out, it says nothing: a product must not be taken down by a broken answer.
      ...(typeof item.enabled === 'boolean' ? { enabled: item.enabled } : {}),
      family: text(item.family),
      parent,
      root: root?.code ?? parent,
      axes: axesOf(root, structure),
      categories,
      ...usedBeside(needs, { categories, values }, rooms.categories, structure),
      ...(Array.isArray(item.completenesses) ? { completeness: percentsOf(item.completenesses) } : {}),
      groups: texts(item.groups),
      associations: isObject(item.associations) ? item.associations : {},
      created: text(item.created),
      updated: text(item.updated),
    },
    values,
  };
}

/** `[{ scope, locale, data }]` as percents by channel and locale. */
function percentsOf(completenesses: readonly JsonValue[]): JsonObject {
  const percents: Record<string, JsonObject> = {};
  for (const one of completenesses) {
    if (!isObject(one) || typeof one.data !== 'number') continue;
    const [channel, locale] = [text(one.scope), text(one.locale)];
    if (channel !== null && locale !== null) percents[channel] = { ...percents[channel], [locale]: one.data };
  }
  return percents;
}

export function axesOf(root: Model | undefined, structure: AkeneoStructure): JsonValue {
  const code = root?.familyVariant;
  if (code === null || code === undefined) return [];
  const variant = structure.familyVariants.find((one) => one.code.toLowerCase() === code.toLowerCase());
  return [...(variant?.axes ?? [])];
}
