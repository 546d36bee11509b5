import type { JsonObject, SourceRecord } from '../../contract/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import type { Entity } from './entity.js';
import { valuesQuery } from './entity.js';
import { findVariants } from './find-variants.js';
import { isObject, text, texts } from './json.js';
import type { Model } from './model-index.js';
import { axesOf } from './product.js';
import type { ProductRooms } from './product.js';
import type { AkeneoStructure } from './read-structure.js';
import { readValues } from './read-values.js';
import { readVersion } from './read-version.js';
import { updatedSince } from './updated-since.js';

/** A product model, root or sub-model: key is its code. */
export function productModelEntity(api: AkeneoApi, { timeZone, models, structure }: ProductRooms): Entity {
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
    query,
    keysQuery: async (signal) => ({ attributes: await fewest(signal) }),
    one: query,
    keyOf,
    prepared: () => Promise.resolve(true),
    listed: completeIndex(models),
    async records(items, { needs, readFrom, signal }) {
      const known = await structure(signal);
      models.remember(items);
      const roots = items.filter((item) => text(item.parent) === null).flatMap((item) => keyOf(item) ?? []);
      const withVariants = needs.fields.includes('hasVariants') ? await findVariants(api, roots, known, models, signal) : new Set<string>();
      return items.flatMap((item) => {
        const key = keyOf(item);
        return key === null ? [] : [readModel(key, item, known, models, withVariants.has(key), readFrom)];
      });
    },
  };
}

function readModel(
  key: string,
  item: JsonObject,
  structure: AkeneoStructure,
  models: { ancestors(parent: string): Model[]; find(code: string): Model | undefined },
  hasVariants: boolean,
  readFrom: number,
): SourceRecord {
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
      categories: texts(item.categories),
      associations: isObject(item.associations) ? item.associations : {},
      created: text(item.created),
      updated: text(item.updated),
    },
    values: readValues(item.values),
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
