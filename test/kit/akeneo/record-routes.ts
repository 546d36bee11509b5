import { notFound } from './akeneo-error.js';
import { page } from './paging.js';
import { categoryText, modelText, productText } from './record-answers.js';
import { categoryProperties, inTreeOf, modelProperties, productProperties } from './record-filters.js';
import { JsonText } from './route.js';
import type { Call, Route } from './route.js';
import { parseSearch, testOf, valuesIn } from './search.js';
import type { Criteria } from './search.js';
import type { Category, Model, PimState, Product } from './state.js';
import { optionsOnly, trimOf } from './trim.js';

export const recordRoutes: readonly Route[] = [
  { path: /^\/products-uuid$/, answer: listProducts },
  { method: 'POST', path: /^\/products-uuid\/search$/, answer: searchProducts },
  { path: /^\/products-uuid\/([^/]+)$/, answer: oneProduct },
  { path: /^\/product-models$/, answer: listModels },
  { path: /^\/product-models\/([^/]+)$/, answer: oneModel },
  { path: /^\/categories$/, answer: listCategories },
  { path: /^\/categories\/([^/]+)$/, answer: oneCategory },
];

function listProducts(call: Call): JsonText {
  const { state, query } = call;
  const trim = trimOf(query, state);
  const criteria = parseSearch(query.get('search'));
  return page(call, {
    records: productsToLookAt(state, criteria),
    matches: both<Product>(testOf(criteria, productProperties(state, criteria)), listedIn(state, criteria, trim.scope)),
    idOf: ({ uuid }) => uuid,
    textOf: (product) => productText(call, product, trim),
    selfOf: ({ uuid }) => `/products-uuid/${uuid}`,
  });
}

/** The same by POST, for filters that do not fit into an address; paging stays in the query. */
function searchProducts(call: Call): JsonText {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries((call.body ?? {}) as object)) query.set(name, String(value));
  return listProducts({ ...call, query });
}

function oneProduct(call: Call): JsonText {
  const [uuid = ''] = call.params;
  const product = call.state.products.get(uuid.toLowerCase());
  if (!product) throw notFound('Product', uuid);
  return new JsonText(productText(call, product, optionsOnly(call.query)));
}

function listModels(call: Call): JsonText {
  const { state, query } = call;
  const trim = trimOf(query, state);
  const criteria = parseSearch(query.get('search'));
  return page(call, {
    records: state.sorted.models,
    matches: both<Model>(testOf(criteria, modelProperties(state)), listedIn(state, criteria, trim.scope)),
    idOf: ({ code }) => code,
    textOf: (model) => modelText(call, model, trim),
    selfOf: ({ code }) => `/product-models/${encodeURIComponent(code)}`,
  });
}

function oneModel(call: Call): JsonText {
  const [code = ''] = call.params;
  const model = call.state.model(code);
  if (!model) throw notFound('Product model', code);
  return new JsonText(modelText(call, model, optionsOnly(call.query)));
}

function listCategories(call: Call): JsonText {
  const { state, query } = call;
  const withPosition = query.get('with_position') === 'true';
  return page(call, {
    records: inTreeOrder(state),
    matches: testOf(parseSearch(query.get('search')), categoryProperties),
    textOf: (category) => categoryText(state, category, withPosition),
    selfOf: ({ code }) => `/categories/${encodeURIComponent(code)}`,
  });
}

function oneCategory({ state, query, params: [code = ''] }: Call): JsonText {
  const category = state.categories.get(code.toLowerCase());
  if (!category) throw notFound('Category', code);
  return new JsonText(categoryText(state, category, query.get('with_position') === 'true'));
}

/** What is asked by uuid or parent is found by index; the rest looks through everything. */
function productsToLookAt(state: PimState, criteria: Criteria): readonly Product[] {
  const uuids = valuesIn(criteria, 'uuid');
  if (uuids) return state.withUuids(uuids);
  const parents = valuesIn(criteria, 'parent');
  return parents ? state.variantsOf(parents) : state.sorted.products;
}

/** A channel narrows a listing to its tree, unless categories are asked for (ApplyProductSearchQueryParametersToPQB in pim-community-dev). */
function listedIn(state: PimState, criteria: Criteria, scope: string | null): ((record: Product | Model) => boolean) | null {
  return Object.hasOwn(criteria, 'categories') ? null : inTreeOf(state, scope);
}

function both<Record>(first: (record: Record) => boolean, second: ((record: Record) => boolean) | null): (record: Record) => boolean {
  return second === null ? first : (record) => first(record) && second(record);
}

/** Root and left: a tree at a time, parents before children. */
function inTreeOrder(state: PimState): Category[] {
  const children = new Map<string | null, Category[]>();
  for (const category of state.categories.values()) {
    const siblings = children.get(category.parent);
    if (siblings) siblings.push(category);
    else children.set(category.parent, [category]);
  }
  const below = (parent: string | null): Category[] =>
    (children.get(parent) ?? []).flatMap((category) => [category, ...below(category.code)]);
  return below(null);
}
