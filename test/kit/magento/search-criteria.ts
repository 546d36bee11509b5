import { refused, requiredField } from './magento-error.js';

export interface Filter {
  readonly field: string;
  readonly value: string;
  readonly condition_type: string;
}

export interface SearchCriteria {
  /** All groups must hold, one filter of each is enough. */
  readonly groups: readonly (readonly Filter[])[];
  readonly sortOrders: readonly { readonly field: string; readonly direction: string }[];
  readonly pageSize: number | null;
  readonly currentPage: number;
}

/** What an item has under a field's name: several for lists; null for none; undefined where there is no such field. */
export type Reader<Item> = (item: Item, field: string) => string | readonly string[] | null | undefined;

type Tree = { [name: string]: Tree | string };

/** Reads `searchCriteria[filter_groups][0][filters][0][field]=…`, in snake or camel case. */
export function parseCriteria(query: URLSearchParams): SearchCriteria {
  const tree: Tree = {};
  let given = false;
  for (const [name, value] of query) {
    const match = /^(?:searchCriteria|search_criteria)((?:\[[^\]]*\])*)$/.exec(name);
    if (!match) continue;
    given = true;
    plant(
      tree,
      [...(match[1] as string).matchAll(/\[([^\]]*)\]/g)].map(([, key]) => snake(key as string)),
      value,
    );
  }
  if (!given) throw requiredField('searchCriteria');
  return {
    groups: branches(tree.filter_groups).map((group) => branches(group.filters).map(filterOf)),
    sortOrders: branches(tree.sort_orders).map((order) => ({ field: text(order.field), direction: text(order.direction) || 'DESC' })),
    pageSize: Number(text(tree.page_size)) || null,
    currentPage: Math.max(1, Number(text(tree.current_page)) || 1),
  };
}

/** A page of what matches. Past the end the last page comes again, as Magento's collections do. */
export function search<Item>(
  items: Iterable<Item>,
  criteria: SearchCriteria,
  read: Reader<Item>,
): { readonly items: readonly Item[]; readonly total: number } {
  const found = [...items].filter((item) => criteria.groups.every((group) => group.some((filter) => holds(item, filter, read))));
  for (const { field, direction } of [...criteria.sortOrders].reverse()) {
    const sign = direction.toUpperCase() === 'ASC' ? 1 : -1;
    found.sort((a, b) => sign * compare(first(read(a, field)), first(read(b, field))));
  }
  const { pageSize } = criteria;
  if (pageSize === null) return { items: found, total: found.length };
  const page = Math.min(criteria.currentPage, Math.max(1, Math.ceil(found.length / pageSize)));
  return { items: found.slice((page - 1) * pageSize, page * pageSize), total: found.length };
}

/** The criteria as every search answer repeats them. */
export function criteriaAnswer({ groups, sortOrders, pageSize, currentPage }: SearchCriteria): Record<string, unknown> {
  return {
    filter_groups: groups.map((filters) => ({ filters })),
    ...(sortOrders.length > 0 ? { sort_orders: sortOrders } : {}),
    ...(pageSize === null ? {} : { page_size: pageSize, current_page: currentPage }),
  };
}

function holds<Item>(item: Item, { field, value, condition_type }: Filter, read: Reader<Item>): boolean {
  const has = read(item, field);
  if (has === undefined) throw refused('Invalid attribute name: %1', field);
  const values = has === null ? [] : typeof has === 'string' ? [has] : has;
  const any = (test: (candidate: string) => boolean): boolean => values.some(test);
  switch (condition_type) {
    case 'eq':
      return any((candidate) => compare(candidate, value) === 0);
    case 'neq':
      return !any((candidate) => compare(candidate, value) === 0);
    case 'in':
      return any((candidate) => list(value).some((one) => compare(candidate, one) === 0));
    case 'nin':
      return !any((candidate) => list(value).some((one) => compare(candidate, one) === 0));
    case 'finset':
      return any((candidate) => list(candidate).includes(value));
    case 'like':
      return any((candidate) => likePattern(value).test(candidate));
    case 'nlike':
      return !any((candidate) => likePattern(value).test(candidate));
    case 'gt':
      return any((candidate) => compare(candidate, value) > 0);
    case 'gteq':
    case 'from':
    case 'moreq':
      return any((candidate) => compare(candidate, value) >= 0);
    case 'lt':
      return any((candidate) => compare(candidate, value) < 0);
    case 'lteq':
    case 'to':
      return any((candidate) => compare(candidate, value) <= 0);
    case 'null':
      return values.length === 0;
    case 'notnull':
      return values.length > 0;
    default:
      return false;
  }
}

/** As MySQL compares: numbers by size where both are numbers, text without case. */
function compare(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function likePattern(value: string): RegExp {
  const pattern = value
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%/g, '.*')
    .replace(/_/g, '.');
  return new RegExp(`^${pattern}$`, 'is');
}

function list(value: string): readonly string[] {
  return value.split(',').map((one) => one.trim());
}

function first(value: ReturnType<Reader<unknown>>): string {
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}

function plant(tree: Tree, keys: readonly string[], value: string): void {
  const last = keys.at(-1);
  if (last === undefined) return;
  let node = tree;
  for (const key of keys.slice(0, -1)) {
    const next = node[key];
    node = typeof next === 'object' ? next : (node[key] = {});
  }
  node[last] = value;
}

function branches(node: Tree | string | undefined): readonly Tree[] {
  return typeof node === 'object' ? Object.values(node).filter((child): child is Tree => typeof child === 'object') : [];
}

function filterOf(node: Tree): Filter {
  return { field: text(node.field), value: text(node.value), condition_type: text(node.condition_type) || 'eq' };
}

function text(node: Tree | string | undefined): string {
  return typeof node === 'string' ? node : '';
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
