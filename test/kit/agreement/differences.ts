import { stores } from './shop-state.js';
import type { ShopProduct, ShopState } from './shop-state.js';

export interface Agreement {
  readonly products: number;
  readonly categories: number;
  /** Single values that were looked at, over both store views. */
  readonly values: number;
  readonly differences: readonly string[];
}

/** Values of these belong to the shop or follow from others. */
const notCompared = new Set([
  'url_key',
  'tax_class_id',
  'options_container',
  'required_options',
  'has_options',
  'image',
  'small_image',
  'thumbnail',
  'swatch_image',
  'category_ids',
]);

/**
 * Holds what stands in a shop against what has to stand there, value by value. A disabled product that
 * is not expected any more was taken down and counts as gone.
 */
export function compareShops(expected: ShopState, actual: ShopState): Agreement {
  const differences: string[] = [];
  let values = 0;
  for (const [key, want] of expected.products) {
    const have = actual.products.get(key);
    if (!have) {
      differences.push(`${want.sku}: is not in the shop`);
      continue;
    }
    values += compareProduct(want, withoutTakenDown(have, expected), differences);
  }
  for (const [key, have] of actual.products) {
    if (!expected.products.has(key) && have.values.all.status !== '2')
      differences.push(`${have.sku}: is for sale, and should be taken down`);
  }
  for (const store of stores) {
    for (const path of expected.categories[store])
      if (!actual.categories[store].has(path)) differences.push(`category ${path} (${store}): is not in the shop`);
  }
  return { products: expected.products.size, categories: expected.categories.all.size, values, differences };
}

/** A link to what was taken down leads to something nobody can see: whether it is still there is the shop's affair. */
function withoutTakenDown(have: ShopProduct, expected: ShopState): ShopProduct {
  return { ...have, links: have.links.filter((link) => expected.products.has(link.slice(link.indexOf(' ') + 1))) };
}

function compareProduct(want: ShopProduct, have: ShopProduct, differences: string[]): number {
  let looked = 0;
  const look = (name: string, expected: unknown, actual: unknown): void => {
    looked += 1;
    if (!same(String(expected), String(actual))) differences.push(`${want.sku}: ${name} is ${short(actual)}, expected ${short(expected)}`);
  };
  look('sku', want.sku, have.sku);
  look('type', want.type, have.type);
  look('attribute set', want.attributeSet, have.attributeSet);
  look('categories', want.categories.join(', '), have.categories.join(', '));
  look('variants', want.children.join(', '), have.children.join(', '));
  look('axes', want.axes.join(', '), have.axes.join(', '));
  look('links', want.links.join(', '), have.links.join(', '));
  look('pictures', want.pictures, have.pictures);
  for (const store of stores) {
    const [wanted, shown] = [want.values[store], have.values[store]];
    for (const code of new Set([...Object.keys(wanted), ...Object.keys(shown)]))
      if (!notCompared.has(code)) look(`${code} (${store})`, wanted[code] ?? '', shown[code] ?? '');
  }
  return looked;
}

/** Numbers as numbers: a shop adds zeros. Binary fractions differ beyond the digits anybody keeps. */
function same(expected: string, actual: string): boolean {
  if (expected === actual) return true;
  const [a, b] = [Number(expected), Number(actual)];
  return expected.trim() !== '' && actual.trim() !== '' && Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a)) * 0.01;
}

function short(value: unknown): string {
  const text = JSON.stringify(String(value));
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
