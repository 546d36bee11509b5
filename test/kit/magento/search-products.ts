import { productAnswer } from './product-answer.js';
import type { Product } from './product.js';
import type { Call } from './router.js';
import type { SearchCriteria } from './search-criteria.js';
import { criteriaAnswer, parseCriteria, search } from './search-criteria.js';
import type { Shop } from './shop.js';

/** `GET /V1/products?searchCriteria…` */
export function searchProducts({ shop, query, storeId }: Call): unknown {
  const criteria = parseCriteria(query);
  const found = search(candidates(shop, criteria), criteria, (product, field) => readField(shop, product, field, storeId));
  return {
    items: found.items.map((product) => productAnswer(shop, product, storeId)),
    search_criteria: criteriaAnswer(criteria),
    total_count: found.total,
  };
}

/** By an index where a group names SKUs and ids only; else all. */
function candidates(shop: Shop, { groups }: SearchCriteria): Iterable<Product> {
  const indexed = groups.find(
    (group) => group.length > 0 && group.every(({ field, condition_type: type }) => field in indexes && (type === 'eq' || type === 'in')),
  );
  if (!indexed) return shop.products.all();
  const named = indexed.flatMap(({ field, value, condition_type: type }) =>
    (type === 'eq' ? [value] : value.split(',')).flatMap((one) => indexes[field]?.(shop, one) ?? []),
  );
  return new Set(named);
}

const indexes: Readonly<Record<string, (shop: Shop, value: string) => Product | undefined>> = {
  sku: (shop, value) => shop.products.find(value),
  entity_id: (shop, value) => shop.products.byId(Number(value)),
};

function readField(shop: Shop, product: Product, field: string, storeId: number): string | readonly string[] | null | undefined {
  switch (field) {
    case 'entity_id':
      return String(product.id);
    case 'sku':
      return product.sku;
    case 'type_id':
      return product.typeId;
    case 'attribute_set_id':
      return String(product.attributeSetId);
    case 'created_at':
      return product.createdAt;
    case 'updated_at':
      return product.updatedAt;
    case 'category_id':
      return [...product.categories.keys()].map(String);
    case 'website_id':
      return [...product.websiteIds].map(String);
    default:
      return shop.attributes.find(field) ? (product.values.get(field, storeId) ?? null) : undefined;
  }
}
