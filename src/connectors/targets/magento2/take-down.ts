import type { JsonObject, Outcome, TargetItem, WriteCall } from '../../contract/index.js';
import type { FoundProduct } from './find-products.js';
import { Refused } from './refused.js';
import type { ShopApi } from './shop-api.js';
import { productIdText } from './target-id.js';
import type { ProductId } from './target-id.js';
import { takeOff } from './variants.js';

const disabled = 2;
const notVisibleIndividually = 1;

/**
 * Takes a product down as the policy says. What is not there any more is down, also where its SKU is another
 * product by now: `found` is by its id. Throws as `ShopApi.send` does.
 */
export async function takeDownProduct(api: ShopApi, item: TargetItem, found: FoundProduct | null, call: WriteCall): Promise<Outcome> {
  const { signal } = call;
  if (found === null) return down(item);
  const known: ProductId = { id: found.id, sku: found.sku };
  try {
    // A variant that is not for sale would keep its combination from every other one.
    if (item.store === 'all' && item.operation !== 'delete') await takeOff({ item, product: known }, { api, call });
    if (item.store !== 'all') await showDefaults(api, item, known.sku, signal);
    else if (item.operation === 'delete') await api.send('DELETE', 'all', `/products/${encodeURIComponent(known.sku)}`, undefined, signal);
    else await disable(api, item, known, signal);
  } catch (error) {
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
  }
  return { kind: 'written', key: item.key, targetId: item.operation === 'delete' ? null : productIdText(known) };
}

async function disable(
  api: ShopApi,
  { operation }: TargetItem,
  { id, sku }: { id: number; sku: string },
  signal: AbortSignal,
): Promise<void> {
  const product: JsonObject = { id, sku, status: disabled };
  if (operation === 'archive') product.visibility = notVisibleIndividually;
  await api.send('POST', 'all', '/products', { product, saveOptions: true }, signal);
}

/** A store view that is not fed any more shows what the default scope shows. */
async function showDefaults(api: ShopApi, { store, lastKnown }: TargetItem, sku: string, signal: AbortSignal): Promise<void> {
  const prefix = 'custom_attributes.';
  const attributes = Object.keys(lastKnown ?? {}).flatMap((field): JsonObject[] =>
    field.startsWith(prefix) ? [{ attribute_code: field.slice(prefix.length), value: null }] : [],
  );
  if (attributes.length > 0)
    await api.send('POST', store, '/products', { product: { sku, custom_attributes: attributes }, saveOptions: true }, signal);
}

function down({ key }: TargetItem): Outcome {
  return { kind: 'written', key, targetId: null };
}
