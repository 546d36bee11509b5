import type { Category, CategoryData } from './categories.js';
import { ROOT, TREE_ROOT } from './categories.js';
import { notFound, requiredField } from './magento-error.js';
import type { Call, Route } from './router.js';
import { criteriaAnswer, parseCriteria, search } from './search-criteria.js';
import type { Shop } from './shop.js';
import { ADMIN } from './stores.js';

export const categoryRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/categories', answer: tree },
  { method: 'POST', path: '/V1/categories', answer: create },
  { method: 'GET', path: '/V1/categories/list', answer: list },
  {
    method: 'GET',
    path: '/V1/categories/:id',
    answer: ({ shop, params, storeId }) => categoryAnswer(shop, shop.categories.get(Number(params.id)), storeId),
  },
  { method: 'PUT', path: '/V1/categories/:id', answer: update },
  { method: 'DELETE', path: '/V1/categories/:id', answer: remove },
  { method: 'PUT', path: '/V1/categories/:id/move', answer: move },
  { method: 'GET', path: '/V1/categories/:id/products', answer: listProducts },
  { method: 'POST', path: '/V1/categories/:id/products', answer: linkProduct },
  { method: 'PUT', path: '/V1/categories/:id/products', answer: linkProduct },
  { method: 'DELETE', path: '/V1/categories/:id/products/:sku', answer: unlinkProduct },
];

function create({ shop, body, storeId }: Call): unknown {
  const data = categoryIn(body);
  // A category with an id is an update, by POST as well.
  if (data.id) return categoryAnswer(shop, shop.categories.update(data.id, data, storeId), storeId);
  return categoryAnswer(shop, shop.categories.create(data), storeId);
}

function update({ shop, body, params, storeId }: Call): unknown {
  return categoryAnswer(shop, shop.categories.update(Number(params.id), categoryIn(body), storeId), storeId);
}

function remove({ shop, params }: Call): unknown {
  const gone = shop.categories.remove(Number(params.id));
  for (const product of shop.products.all()) for (const id of gone) product.categories.delete(id);
  return true;
}

function move({ shop, params, body }: Call): unknown {
  shop.categories.move(Number(params.id), Number(body.parentId), body.afterId === undefined ? undefined : Number(body.afterId));
  return true;
}

function list({ shop, query, storeId }: Call): unknown {
  const criteria = parseCriteria(query);
  const found = search(shop.categories.all(), criteria, (category, field) => readField(shop, category, field, storeId));
  return {
    items: found.items.map((category) => categoryAnswer(shop, category, storeId)),
    search_criteria: criteriaAnswer(criteria),
    total_count: found.total,
  };
}

/** From the store's root category, or from the tree's own root for `all`. */
function tree({ shop, query, storeId }: Call): unknown {
  const root = Number(query.get('rootCategoryId')) || (storeId === ADMIN ? TREE_ROOT : ROOT);
  const depth = query.get('depth');
  return branch(shop, shop.categories.get(root), storeId, depth === null ? Infinity : Number(depth));
}

function branch(shop: Shop, category: Category, storeId: number, depth: number): Record<string, unknown> {
  const { id, parentId, position, values } = category;
  const children = depth > 0 ? shop.categories.children(id) : [];
  return {
    id,
    parent_id: parentId,
    name: values.get('name', storeId) ?? '',
    is_active: values.get('is_active', storeId) === '1',
    position,
    level: shop.categories.path(category).length - 1,
    product_count: [...shop.products.all()].filter(({ categories }) => categories.has(id)).length,
    children_data: children.map((child) => branch(shop, child, storeId, depth - 1)),
  };
}

function listProducts({ shop, params }: Call): unknown {
  const id = shop.categories.get(Number(params.id)).id;
  return [...shop.products.all()].flatMap(({ sku, categories }) => {
    const position = categories.get(id);
    return position === undefined ? [] : [{ sku, position, category_id: String(id) }];
  });
}

function linkProduct({ shop, params, body }: Call): unknown {
  const link = body.productLink as { sku?: string; position?: number } | undefined;
  if (!link) throw requiredField('productLink');
  const product = shop.products.get(link.sku ?? '');
  product.categories.set(shop.categories.get(Number(params.id)).id, link.position ?? 0);
  product.writes += 1;
  return true;
}

function unlinkProduct({ shop, params }: Call): unknown {
  const category = shop.categories.get(Number(params.id));
  const product = shop.products.get(params.sku as string);
  if (!product.categories.delete(category.id)) throw notFound("The category doesn't contain the specified product.");
  product.writes += 1;
  return true;
}

function categoryIn(body: Call['body']): CategoryData {
  if (!body.category) throw requiredField('category');
  return body.category as CategoryData;
}

function readField(shop: Shop, category: Category, field: string, storeId: number): string | null | undefined {
  switch (field) {
    case 'entity_id':
    case 'id':
      return String(category.id);
    case 'parent_id':
      return String(category.parentId);
    case 'position':
      return String(category.position);
    case 'level':
      return String(shop.categories.path(category).length - 1);
    case 'path':
      return pathOf(shop, category);
    default:
      return category.values.get(field, storeId) ?? null;
  }
}

/** A category as the REST interface answers it. */
export function categoryAnswer(shop: Shop, category: Category, storeId: number): Record<string, unknown> {
  const { id, parentId, position, createdAt, updatedAt, values } = category;
  const custom = [...values.codes()].filter((code) => !['name', 'is_active', 'include_in_menu', 'available_sort_by'].includes(code));
  return {
    id,
    parent_id: parentId,
    name: values.get('name', storeId) ?? '',
    is_active: values.get('is_active', storeId) === '1',
    position,
    level: shop.categories.path(category).length - 1,
    children: shop.categories
      .children(id)
      .map((child) => child.id)
      .join(','),
    created_at: createdAt,
    updated_at: updatedAt,
    path: pathOf(shop, category),
    available_sort_by: [],
    include_in_menu: values.get('include_in_menu', storeId) === '1',
    custom_attributes: custom.flatMap((code) => {
      const value = values.get(code, storeId);
      return value === undefined ? [] : [{ attribute_code: code, value }];
    }),
  };
}

function pathOf(shop: Shop, category: Category): string {
  return shop.categories
    .path(category)
    .map(({ id }) => id)
    .join('/');
}
