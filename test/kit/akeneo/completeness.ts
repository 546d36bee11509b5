import type { CatalogAttribute, CatalogChannel, CatalogValue } from '../catalog/index.js';
import type { PimState, Product } from './state.js';

export interface Completeness {
  readonly scope: string;
  readonly locale: string;
  readonly data: number;
}

/**
 * How much of what its family requires a product has, in whole percent, rounded down; none without a family. A price is
 * there when it is there in every currency of the channel. https://help.akeneo.com/pim/serenity/articles/understand-product-completeness.html
 */
export function completenessOf(
  state: PimState,
  product: Product,
  asked: { readonly scope: string | null; readonly locales: ReadonlySet<string> | null },
): Completeness[] {
  const family = state.catalog.families.find(({ code }) => code.toLowerCase() === product.family?.toLowerCase());
  if (!family) return [];
  const { values } = state.shown(product);
  return state.catalog.channels
    .filter(({ code }) => asked.scope === null || code === asked.scope)
    .flatMap((channel) =>
      channel.locales
        .filter((locale) => asked.locales === null || asked.locales.has(locale))
        .map((locale) => {
          const required = (family.requirements[channel.code] ?? [state.identifier]).flatMap(
            (code) => state.catalog.attributes.find((one) => one.code.toLowerCase() === code.toLowerCase()) ?? [],
          );
          const there = required.filter((attribute) => isThere(attribute, values[attribute.code] ?? [], channel, locale));
          const data = required.length === 0 ? 100 : Math.floor((100 * there.length) / required.length);
          return { scope: channel.code, locale, data };
        }),
    );
}

function isThere(attribute: CatalogAttribute, list: readonly CatalogValue[], channel: CatalogChannel, locale: string): boolean {
  const value = list.find(
    (one) => one.locale === (attribute.localizable ? locale : null) && one.scope === (attribute.scopable ? channel.code : null),
  );
  if (value === undefined) return false;
  if (attribute.type !== 'pim_catalog_price_collection') return true;
  const prices = value.data as readonly { readonly currency: string }[];
  return channel.currencies.every((currency) => prices.some((price) => price.currency === currency));
}
