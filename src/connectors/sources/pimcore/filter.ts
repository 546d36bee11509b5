import type { JsonObject } from '../../contract/index.js';
import type { Version } from './config.js';

/** What a listing is narrowed down to; all of it must hold. */
export type Condition =
  | { readonly kind: 'modified-since'; readonly seconds: number }
  | { readonly kind: 'id-above'; readonly id: number }
  | { readonly kind: 'below'; readonly paths: readonly string[] };

/**
 * Conditions as the text that Data Hub's `filter` takes. The only place that knows this language: it is
 * to be replaced (pimcore/data-hub#892). Data Hub puts no brackets around the parts of an `$or` that
 * stands beside something else, and joins several keys of one item by the word around it: so everything
 * is an `$and` of items with one key each. GraphQL/Helper.php, buildSqlCondition.
 */
export function filterOf(conditions: readonly Condition[], version: Version): string {
  return JSON.stringify({ $and: conditions.map((condition) => partOf(condition, version)) });
}

/** Pimcore 11 dropped the prefix `o_` of its own columns; `filter` and `sortBy` go by them. */
export function column(name: 'id' | 'modificationDate' | 'path', version: Version): string {
  return version === 10 ? `o_${name}` : name;
}

function partOf(condition: Condition, version: Version): JsonObject {
  switch (condition.kind) {
    case 'modified-since':
      return { [column('modificationDate', version)]: { $gte: condition.seconds } };
    case 'id-above':
      return { [column('id', version)]: { $gt: condition.id } };
    case 'below':
      return { $or: condition.paths.map((path) => ({ [column('path', version)]: { $like: `${escaped(path)}/%` } })) };
  }
}

/** `_` and `%` stand for anything in LIKE. */
function escaped(path: string): string {
  return path.replace(/[\\%_]/g, '\\$&');
}
