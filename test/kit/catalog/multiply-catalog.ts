import type { Catalog, CatalogAssociations } from './catalog.js';

/** The same catalogue several times over: products and models with a suffix to their codes, the rest as it is. For benches. */
export function multiplyCatalog(catalog: Catalog, times: number): Catalog {
  const identifier = catalog.attributes.find(({ type }) => type === 'pim_catalog_identifier')?.code ?? 'sku';
  const copies = Array.from({ length: times }, (_, index) => (index === 0 ? '' : `-${index + 1}`));
  return {
    ...catalog,
    models: copies.flatMap((suffix) =>
      catalog.models.map((model) => ({
        ...model,
        code: model.code + suffix,
        parent: model.parent && model.parent + suffix,
        associations: renamed(model.associations, suffix),
      })),
    ),
    products: copies.flatMap((suffix) =>
      catalog.products.map((product) => ({
        ...product,
        identifier: product.identifier + suffix,
        parent: product.parent && product.parent + suffix,
        associations: renamed(product.associations, suffix),
        values: { ...product.values, [identifier]: [{ locale: null, scope: null, data: product.identifier + suffix }] },
      })),
    ),
  };
}

function renamed(associations: CatalogAssociations, suffix: string): CatalogAssociations {
  return Object.fromEntries(
    Object.entries(associations).map(([type, { products, product_models: models, groups }]) => [
      type,
      { products: products.map((code) => code + suffix), product_models: models.map((code) => code + suffix), groups },
    ]),
  );
}
