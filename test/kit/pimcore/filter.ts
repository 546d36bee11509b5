import type { ListedAsset, PimcoreState, PimObject } from './state.js';

type Predicate<Row> = (row: Row) => boolean;
export type Column<Row = PimObject> = (row: Row) => string | number | null;
/** The column of this name; a database refuses one that it does not have. */
type Columns<Row> = (name: string) => Column<Row>;
/** Whose columns: up to Pimcore 10 its own are called `o_…`. */
export interface Table {
  readonly state: PimcoreState;
  readonly version: number;
}
/** Conditions in a row, without brackets: `joins` has one less. */
interface Flat<Row> {
  readonly parts: readonly Predicate<Row>[];
  readonly joins: readonly ('AND' | 'OR')[];
}

type Comparison = (left: string | number | null, right: string | number) => boolean;
const compare: Readonly<Record<string, Comparison>> = {
  $gt: (left, right) => left !== null && Number(left) > Number(right),
  $gte: (left, right) => left !== null && Number(left) >= Number(right),
  $lt: (left, right) => left !== null && Number(left) < Number(right),
  $not: (left, right) => left !== null && String(left) !== String(right),
  $lte: (left, right) => left !== null && Number(left) <= Number(right),
};

/**
 * Data Hub's filter as SQL would understand it. As in its Helper::buildSqlCondition, the items of an `$or` or `$and`
 * are written without brackets around them, and AND binds stronger than OR.
 */
export function compileFilter<Row>(text: string, columns: Columns<Row>): Predicate<Row> | null {
  const filter: unknown = JSON.parse(text);
  return filter === null || typeof filter !== 'object' ? null : condition(filter, 'AND', columns);
}

/** Above which id everything lies that a filter finds, where it says so: what the index of the primary key is for. */
export function idsAbove(text: string, { version }: Table): number {
  const { $and: parts = [] } = JSON.parse(text) as { readonly $and?: readonly Readonly<Record<string, { readonly $gt?: number }>>[] };
  return Math.max(0, ...parts.map((part) => part[version === 10 ? 'o_id' : 'id']?.$gt ?? 0));
}

function condition<Row>(filter: object, op: 'AND' | 'OR', columns: Columns<Row>): Predicate<Row> {
  const flats = Object.entries(filter).map(([key, value]: [string, unknown]): Flat<Row> => {
    if (key === '$and' || key === '$or') {
      const inner = key === '$and' ? 'AND' : 'OR';
      return joined(
        (Array.isArray(value) ? value : [value]).map((item: object) => single(condition(item, inner, columns))),
        inner,
      );
    }
    const column = columns(key);
    if (value !== null && typeof value === 'object') {
      return joined(
        Object.entries(value).map(([operator, wanted]: [string, unknown]) => {
          const holds = operator === '$like' ? like(String(wanted)) : compare[operator];
          if (holds === undefined) throw new Error(`SQLSTATE[42S22]: Unknown column '${operator}'`);
          return single((row: Row) => holds(column(row), wanted as string | number));
        }),
        'AND',
      );
    }
    return single((row: Row) => String(column(row)) === String(value));
  });
  return bracketed(joined(flats, op));
}

function single<Row>(part: Predicate<Row>): Flat<Row> {
  return { parts: [part], joins: [] };
}

function joined<Row>(flats: readonly Flat<Row>[], op: 'AND' | 'OR'): Flat<Row> {
  return {
    parts: flats.flatMap(({ parts }) => parts),
    joins: flats.flatMap(({ joins }, index) => (index === 0 ? joins : [op, ...joins])),
  };
}

function bracketed<Row>({ parts, joins }: Flat<Row>): Predicate<Row> {
  const groups: Predicate<Row>[][] = [[]];
  parts.forEach((part, index) => {
    if (index > 0 && joins[index - 1] === 'OR') groups.push([]);
    groups.at(-1)?.push(part);
  });
  const [only = []] = groups;
  if (groups.length === 1 && only.length === 1) return only[0] as Predicate<Row>;
  return (row) => groups.some((group) => group.every((part) => part(row)));
}

/** MySQL's LIKE, with its backslash. */
function like(pattern: string): (left: string | number | null) => boolean {
  const expression = likeExpression(pattern);
  return (left) => left !== null && expression.test(String(left));
}

function likeExpression(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|[\s\S]/g, (one: string, escaped: string | undefined) => {
    if (escaped !== undefined) return literal(escaped);
    if (one === '%') return '[\\s\\S]*';
    return one === '_' ? '[\\s\\S]' : literal(one);
  });
  return new RegExp(`^${source}$`, 'i');
}

function literal(character: string): string {
  return character.replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&');
}

const own = ['id', 'path', 'key', 'published', 'modificationDate', 'creationDate', 'parentId'] as const;
/** Of the class, as far as anybody here filters by them. */
const ofClass = ['sku', 'price', 'code'];

/** A column of a class's view. A database refuses one that it does not have, also of an empty table. */
export function columnOf(column: string, { state, version }: Table): Column {
  const known = own.find((name) => column === (version === 10 ? `o_${name}` : name));
  if (known === 'path') return (object) => state.path(object);
  if (known === 'published') return (object) => (object.published ? 1 : 0);
  if (known !== undefined) return (object) => object[known];
  if (!ofClass.includes(column)) throw new Error(`SQLSTATE[42S22]: Column not found: Unknown column '${column}' in 'where clause'`);
  return ({ fields }) => {
    const value = fields[column];
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  };
}

/** A column of the table `assets`, which never had others in front of their names. */
export function assetColumnOf(column: string): Column<ListedAsset> {
  if (column === 'id' || column === 'modificationDate') return (asset) => asset[column];
  if (column === 'type') return (asset) => ('bytes' in asset ? 'image' : 'folder');
  throw new Error(`SQLSTATE[42S22]: Column not found: Unknown column 'assets.${column}' in 'where clause'`);
}
