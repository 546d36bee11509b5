import { Misconfigured } from '../../contract/index.js';
import type { JsonValue, KeysPage, ReadOptions, RecordFilter } from '../../contract/index.js';
import type { AkeneoApi, Search } from './akeneo-api.js';
import type { Entity } from './entity.js';
import { listKeys } from './list-keys.js';

/**
 * Conditions people find records by, as Akeneo's search filters. `category` finds what is in it or below it, the
 * parent of a product what hangs below it at any level.
 * https://api.akeneo.com/documentation/filter.html
 */
export type Conditions = Readonly<Record<string, (value: string) => Search>>;

export const productConditions: Conditions = {
  family: (value) => ({ family: [{ operator: 'IN', value: [value] }] }),
  category: (value) => ({ categories: [{ operator: 'IN CHILDREN', value: [value] }] }),
  enabled: (value) => ({ enabled: [{ operator: '=', value: truth('enabled', value) }] }),
  parent: (value) => ({ parent: [{ operator: '=', value }] }),
  sku: (value) => ({ identifier: [{ operator: '=', value }] }),
};

export const modelConditions: Conditions = {
  family: (value) => ({ family: [{ operator: 'IN', value: [value] }] }),
  category: (value) => ({ categories: [{ operator: 'IN CHILDREN', value: [value] }] }),
  parent: (value) => ({ parent: [{ operator: 'IN', value: [value] }] }),
  code: (value) => ({ identifier: [{ operator: 'IN', value: [value] }] }),
};

export const categoryConditions: Conditions = {
  parent: (value) => ({ parent: [{ operator: '=', value }] }),
  code: (value) => ({ code: [{ operator: 'IN', value: [value] }] }),
};

export function findRecords(
  api: AkeneoApi,
  entity: Entity,
  filter: RecordFilter,
  cursor: JsonValue | null,
  options: ReadOptions,
): Promise<KeysPage> {
  const search = Object.entries(filter).reduce<Search>((all, [name, value]) => {
    const condition = Object.hasOwn(entity.conditions, name) ? entity.conditions[name] : undefined;
    if (!condition) throw new Misconfigured(`Akeneo cannot find records of ${entity.path} by ${name}`);
    return { ...all, ...condition(value) };
  }, {});
  return listKeys(api, entity, cursor, { ...options, withRecords: true }, search);
}

function truth(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new Misconfigured(`the filter ${name} is true or false, not "${value}"`);
  return value === 'true';
}
