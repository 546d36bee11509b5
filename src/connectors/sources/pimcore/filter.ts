import type { JsonObject } from '../../contract/index.js';

/** What the columns of a table begin with: those of objects did up to Pimcore 10. `filter` and `sortBy` go by them. */
export type Prefix = 'o_' | '';

/** What a listing is narrowed down to; all of it must hold. */
export type Condition =
  | { readonly kind: 'modified-since'; readonly seconds: number }
  | { readonly kind: 'id-above'; readonly id: number }
  | { readonly kind: 'no-folder' }
  | { readonly kind: 'below'; readonly paths: readonly string[] };

/**
 * Conditions as the text that Data Hub's `filter` takes. The only place that knows this language: it is
 * to be replaced (pimcore/data-hub#892). Data Hub puts no brackets around the parts of an `$or` that
 * stands beside something else, and joins several keys of one item by the word around it: so everything
 * is an `$and` of items with one key each. GraphQL/Helper.php, buildSqlCondition.
 */
export function filterOf(conditions: readonly Condition[], prefix: Prefix): string {
  return JSON.stringify({ $and: conditions.map((condition) => partOf(condition, prefix)) });
}

export function column(name: 'id' | 'modificationDate' | 'path', prefix: Prefix): string {
  return prefix + name;
}

function partOf(condition: Condition, prefix: Prefix): JsonObject {
  switch (condition.kind) {
    case 'modified-since':
      return { [column('modificationDate', prefix)]: { $gte: condition.seconds } };
    case 'id-above':
      return { [column('id', prefix)]: { $gt: condition.id } };
    case 'no-folder':
      return { type: { $not: 'folder' } };
    case 'below':
      return { $or: condition.paths.map((path) => ({ [column('path', prefix)]: { $like: `${escaped(path)}/%` } })) };
  }
}

/** `_` and `%` stand for anything in LIKE. */
function escaped(path: string): string {
  return path.replace(/[\\%_]/g, '\\$&');
}
