import { notFound, unprocessable } from './akeneo-error.js';
import type { Criteria, Criterion, Properties } from './search.js';
import { dateTest, emptyTest, inList, readDateTime, readIso, unsupported, valuesIn } from './search.js';
import type { Category, Model, PimState, Product } from './state.js';

/** https://api.akeneo.com/documentation/filter.html#filter-on-product-properties */
export function productProperties(state: PimState, criteria: Criteria): Properties<Product> {
  return {
    uuid: (criterion) => of(inList('uuid', checkedUuids(criterion)), ({ uuid }) => uuid),
    identifier: identifierTest('identifier'),
    [state.identifier]: identifierTest(state.identifier),
    updated: updatedTest(state),
    updated_including_linked_entities: linkedTest(state, valuesIn(criteria, 'updated_including_linked_type') ?? linkedTypes),
    // Says of which links the other one speaks.
    updated_including_linked_type: (criterion) => {
      inList('updated_including_linked_type', criterion);
      return () => true;
    },
    created: (criterion) => of(dateTest('created', criterion, readDateTime('created')), ({ created }) => created),
    enabled: ({ operator, value }) => {
      if (operator !== '=' && operator !== '!=') throw unsupported('enabled', operator);
      if (typeof value !== 'boolean') throw unprocessable(`Property "enabled" expects a boolean as data, "${typeof value}" given.`);
      return ({ enabled }) => (enabled === value) === (operator === '=');
    },
    family: (criterion) => of(emptyTest(criterion) ?? inList('family', criterion), ({ family }) => family),
    categories: (criterion) => of(categoryTest(state, criterion), (product) => state.shown(product).categories),
    parent: (criterion) => productParent(state, criterion),
  };
}

/** https://api.akeneo.com/documentation/filter.html#filter-on-product-model-properties */
export function modelProperties(state: PimState): Properties<Model> {
  return {
    // Akeneo has no `code` here: pim-community-dev#12637.
    identifier: (criterion) => of(inList('identifier', criterion), ({ code }) => code),
    updated: (criterion) => of(dateTest('updated', criterion, readDateTime('updated')), ({ updated }) => updated),
    created: (criterion) => of(dateTest('created', criterion, readDateTime('created')), ({ created }) => created),
    family: (criterion) => of(emptyTest(criterion) ?? inList('family', criterion), ({ family }) => family),
    categories: (criterion) => of(categoryTest(state, criterion), (model) => state.shown(model).categories),
    parent: (criterion) => of(emptyTest(criterion) ?? inList('parent', criterion), ({ parent }) => parent),
  };
}

/** https://api.akeneo.com/documentation/filter.html#filter-categories */
export const categoryProperties: Properties<Category> = {
  code: (criterion) => {
    if (criterion.operator !== 'IN') throw unsupported('code', criterion.operator);
    return of(inList('code', criterion), ({ code }) => code);
  },
  updated: (criterion) => {
    if (criterion.operator !== '>') throw unsupported('updated', criterion.operator);
    return of(dateTest('updated', criterion, readIso('updated')), ({ updated }) => updated);
  },
  parent: ({ operator, value }) => {
    if (operator !== '=') throw unsupported('parent', operator);
    return ({ parent }) => parent?.toLowerCase() === String(value).toLowerCase();
  },
  is_root: ({ operator, value }) => {
    if (operator !== '=') throw unsupported('is_root', operator);
    return ({ parent }) => (parent === null) === value;
  },
};

/** What `scope` alone means beside trimming: only what is in that channel's tree is listed, the rest left out. */
export function inTreeOf(state: PimState, scope: string | null): ((record: Product | Model) => boolean) | null {
  const root = state.catalog.channels.find(({ code }) => code === scope)?.tree;
  if (root === undefined) return null;
  const tree = state.tree(root);
  return (record) => state.shown(record).categories.some((code) => tree.has(code.toLowerCase()));
}

/** A variant matches when one of its models does. */
function updatedTest(state: PimState): (criterion: Criterion) => (product: Product) => boolean {
  return (criterion) => {
    const matches = dateTest('updated', criterion, readDateTime('updated'));
    return (product) => matches(product.updated) || state.ancestors(product).some((model) => matches(model.updated));
  };
}

const linkedTypes: readonly string[] = ['asset', 'reference_entity_record'];

/** Its own edits, and those of what it is linked to, as far as the PIM was told to write them down. */
function linkedTest(state: PimState, types: readonly string[]): (criterion: Criterion) => (product: Product) => boolean {
  return (criterion) => {
    const own = updatedTest(state)(criterion);
    const matches = dateTest('updated_including_linked_entities', criterion, readDateTime('updated_including_linked_entities'));
    return (product) => own(product) || types.some((type) => matches(state.linkedEdits.get(`${type} ${product.uuid}`) ?? 0));
  };
}

function identifierTest(property: string): (criterion: Criterion) => (product: Product) => boolean {
  return (criterion) => {
    const { operator, value } = criterion;
    if (operator === 'IN' && Array.isArray(value) && value.length > 100)
      throw unprocessable(`Property "${property}" expects at most 100 identifiers.`);
    if (operator !== '=' && operator !== '!=') return of(inList(property, criterion), ({ identifier }) => identifier);
    const asked = String(value).toLowerCase();
    return ({ identifier }) => (identifier.toLowerCase() === asked) === (operator === '=');
  };
}

function checkedUuids(criterion: Criterion): Criterion {
  const { value } = criterion;
  const wrong = Array.isArray(value) ? value.find((one) => !/^[0-9a-f-]{36}$/i.test(String(one))) : undefined;
  if (wrong !== undefined) throw unprocessable(`Property "uuid" expects an array with valid UUIDs, "${String(wrong)}" given.`);
  return criterion;
}

function categoryTest(state: PimState, { operator, value }: Criterion): (categories: readonly string[]) => boolean {
  if (operator === 'UNCLASSIFIED') return (categories) => categories.length === 0;
  const [, not, children, unclassified] = /^(NOT )?IN( CHILDREN)?( OR UNCLASSIFIED)?$/.exec(operator) ?? [];
  if (!/^((NOT )?IN( CHILDREN)?|IN OR UNCLASSIFIED)$/.test(operator)) throw unsupported('categories', operator);
  if (!Array.isArray(value)) throw unprocessable('Property "categories" expects an array as data.');
  const asked = value.map((code) => String(code).toLowerCase());
  const unknown = asked.find((code) => !state.categories.has(code));
  if (unknown !== undefined) throw unprocessable(notFound('Category', unknown).message);
  const wanted = new Set(children ? asked.flatMap((code) => [...state.tree(code)]) : asked);
  return (categories) =>
    (unclassified !== undefined && categories.length === 0) || categories.some((code) => wanted.has(code.toLowerCase())) === !not;
}

/** `=` finds descendants at any level, `IN` direct children only. */
function productParent(state: PimState, criterion: Criterion): (product: Product) => boolean {
  const { operator, value } = criterion;
  if (operator !== '=') return of(emptyTest(criterion) ?? inList('parent', criterion), ({ parent }) => parent);
  const code = String(value).toLowerCase();
  return (product) => state.ancestors(product).some((model) => model.code.toLowerCase() === code);
}

function of<Record, Value>(test: (value: Value) => boolean, read: (record: Record) => Value): (record: Record) => boolean {
  return (record) => test(read(record));
}
