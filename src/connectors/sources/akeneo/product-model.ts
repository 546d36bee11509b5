import type { JsonObject, SourceRecord } from '../../contract/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import type { Entity, Reading } from './entity.js';
import { valuesQuery } from './entity.js';
import { modelConditions } from './find-records.js';
import { findVariants } from './find-variants.js';
import { isObject, text, texts } from './json.js';
import { axesOf } from './product.js';
import type { ProductRooms } from './product.js';
import type { AkeneoStructure } from './read-structure.js';
import { readValues } from './read-values.js';
import { readVersion } from './read-version.js';
import { updatedSince } from './updated-since.js';
import { usedBeside } from './used-beside.js';

/** A product model, root or sub-model: key is its code. */
export function productModelEntity(api: AkeneoApi, rooms: ProductRooms): Entity {
  const { timeZone, models, categories, structure, familyVariants } = rooms;
  const keyOf = (item: JsonObject) => text(item.code);
  const fewest = async (signal: AbortSignal) => (await structure(signal)).identifier;
  const query: Entity['query'] = async (needs, signal) =>
    // An empty list of attributes would be refused; models have no identifier, so that one answers nothing.
    valuesQuery(needs, needs.attributes?.length ? needs.attributes : [await fewest(signal)]);
  return {
    path: '/product-models',
    paging: 'search_after',
    keyFilter: 'identifier',
    updatedSince: (time) => updatedSince(time, timeZone),
    conditions: modelConditions,
    query,
    keysQuery: async (signal) => ({ attributes: await fewest(signal) }),
    one: query,
    keyOf,
    prepared: () => Promise.resolve(true),
    listed: completeIndex(models),
    async records(items, { needs, readFrom, since, signal }) {
      if (needs.fields.includes('allCategories')) await categories.refresh(since, signal);
      const known = await familyVariants([...new Set(items.flatMap((item) => text(item.family_variant) ?? []))], since, signal);
      models.remember(items);
      const roots = items.filter((item) => text(item.parent) === null).flatMap((item) => keyOf(item) ?? []);
      const withVariants = needs.fields.includes('hasVariants') ? await findVariants(api, roots, known, models, signal) : new Set<string>();
      return items.flatMap((item) => {
        const key = keyOf(item);
        return key === null ? [] : [readModel(key, item, known, rooms, withVariants.has(key), { needs, readFrom })];
      });
    },
  };
}

function readModel(
  key: string,
  item: JsonObject,
  structure: AkeneoStructure,
  rooms: Pick<ProductRooms, 'models' | 'categories'>,
  hasVariants: boolean,
  { needs, readFrom }: Pick<Reading, 'needs' | 'readFrom'>,
): SourceRecord {
  const { models } = rooms;
  const categories = texts(item.categories);
  const values = readValues(item.values);
  const parent = text(item.parent);
  const ancestors = parent === null ? [] : models.ancestors(parent);
  return {
    key,
    version: readVersion([item.updated, ...ancestors.map((model) => model.updated)], readFrom),
    fields: {
      code: key,
      family: text(item.family),
      familyVariant: text(item.family_variant),
      parent,
      axes: axesOf(ancestors.at(-1) ?? models.find(key), structure),
      hasVariants,
      categories,
      ...usedBeside(needs, { categories, values }, rooms.categories, structure),
      associations: isObject(item.associations) ? item.associations : {},
      created: text(item.created),
      updated: text(item.updated),
    },
    values,
  };
}

/** A listing of all models from end to end fills the index on its way; one that is taken up in the middle does not. */
function completeIndex(models: ProductRooms['models']): Entity['listed'] {
  let began: number | null = null;
  return (items, { first, last, readFrom }) => {
    if (first) began = readFrom;
    models.remember(items);
    if (last && began !== null) models.complete(began);
    if (last) began = null;
  };
}
