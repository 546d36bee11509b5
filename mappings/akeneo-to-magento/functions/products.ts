import type { MappingFunction } from '../../../src/mapping/functions.js';

const enabled = 1;
const disabled = 2;
const notVisibleIndividually = 1;
const catalogAndSearch = 4;

/** A product without a price in the scope's currency must never be for sale at 0. */
export const productStatus: MappingFunction = (record) => {
  const price = record.get('values.price');
  if (Number(price ?? 0) > 0) return enabled;
  if (price !== undefined) record.note('price_is_zero', 'its price is 0: sent disabled');
  return disabled;
};

/** A configurable without variants has nothing to sell. */
export const modelStatus: MappingFunction = (record) => {
  if (record.get('hasVariants') === true) return enabled;
  record.note('no_variants', 'it has no variants: sent disabled');
  return disabled;
};

export const visibility: MappingFunction = (record) => (record.get('root') === undefined ? catalogAndSearch : notVisibleIndividually);

/** Where a variant belongs: the root's configurable and the attributes of all levels by which variants differ. */
export const configurable: MappingFunction = (record) => {
  const root = record.get('root');
  const axes = record.get('axes');
  if (typeof root !== 'string' || !Array.isArray(axes)) return undefined;
  return { parent: record.ref('product-models-magento', root), axes: axes.map((axis) => String(axis).toLowerCase()) };
};

/**
 * Akeneo's association types as Magento's three kinds of links. PACK and types of one's own mean none of
 * the three and are left out; so are groups, which are no products.
 */
const linkTypes = [
  ['X_SELL', 'crosssell'],
  ['UPSELL', 'upsell'],
  ['SUBSTITUTION', 'related'],
] as const;

const linked = [
  ['products', 'products-magento'],
  ['product_models', 'product-models-magento'],
] as const;

export const productLinks: MappingFunction = (record) => {
  const associations = record.get('associations');
  if (associations === undefined || associations === null || typeof associations !== 'object' || Array.isArray(associations))
    return undefined;
  const links = linkTypes.flatMap(([association, type]) => {
    const members = associations[association];
    if (members === undefined || members === null || typeof members !== 'object' || Array.isArray(members)) return [];
    return linked.flatMap(([kind, pipeline]) => {
      const keys = members[kind];
      if (!Array.isArray(keys)) return [];
      const others = [...new Set(keys)].filter((key): key is string => typeof key === 'string' && key !== record.key);
      return others.map((key) => ({ type, product: record.ref(pipeline, key) }));
    });
  });
  return links.length > 0 ? links : undefined;
};
