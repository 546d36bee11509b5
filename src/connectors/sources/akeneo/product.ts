import type { JsonObject, JsonValue, SourceRecord } from '../../contract/index.js';
import type { Entity, Reading } from './entity.js';
import { valuesQuery } from './entity.js';
import { isObject, text, texts } from './json.js';
import type { Model, ModelIndex } from './model-index.js';
import type { AkeneoStructure } from './read-structure.js';
import { readValues } from './read-values.js';
import { readVersion } from './read-version.js';
import { updatedSince } from './updated-since.js';

export interface ProductRooms {
  readonly timeZone: string;
  readonly models: ModelIndex;
  structure(signal: AbortSignal): Promise<AkeneoStructure>;
}

/**
 * A simple product or a variant: key is its uuid. Akeneo hands a variant out with the values, categories
 * and associations it inherits; `root` and `axes` say where it belongs.
 */
export function productEntity({ timeZone, models, structure }: ProductRooms): Entity {
  const keyOf = (item: JsonObject) => text(item.uuid);
  const identifier = async (signal: AbortSignal) => (await structure(signal)).identifier;
  const query: Entity['query'] = async (needs, signal) => valuesQuery(needs, [...(needs.attributes ?? []), await identifier(signal)]);
  return {
    path: '/products-uuid',
    paging: 'search_after',
    keyFilter: 'uuid',
    // 422 for the whole list if one is none.
    lists: (key) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key),
    updatedSince: (time) => updatedSince(time, timeZone),
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
      const known = await structure(reading.signal);
      return items.flatMap((item) => {
        const key = keyOf(item);
        return key === null ? [] : [readProduct(key, item, known, models, reading)];
      });
    },
  };
}

function readProduct(key: string, item: JsonObject, structure: AkeneoStructure, models: ModelIndex, { readFrom }: Reading): SourceRecord {
  const parent = text(item.parent);
  const ancestors = parent === null ? [] : models.ancestors(parent);
  const root = ancestors.at(-1);
  const values = readValues(item.values);
  return {
    key,
    version: readVersion([item.updated, ...ancestors.map((model) => model.updated)], readFrom),
    fields: {
      uuid: key,
      identifier: text(item.identifier) ?? text(values[structure.identifier]?.[0]?.data),
      enabled: item.enabled === true,
      family: text(item.family),
      parent,
      root: root?.code ?? parent,
      axes: axesOf(root, structure),
      categories: texts(item.categories),
      groups: texts(item.groups),
      associations: isObject(item.associations) ? item.associations : {},
      created: text(item.created),
      updated: text(item.updated),
    },
    values,
  };
}

export function axesOf(root: Model | undefined, structure: AkeneoStructure): JsonValue {
  const code = root?.familyVariant;
  if (code === null || code === undefined) return [];
  const variant = structure.familyVariants.find((one) => one.code.toLowerCase() === code.toLowerCase());
  return [...(variant?.axes ?? [])];
}
