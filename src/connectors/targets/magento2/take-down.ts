import type { JsonObject, Outcome, TargetItem, WriteCall } from '../../contract/index.js';
import { acknowledged, acknowledgedId } from './acknowledged.js';
import { neverEmpty } from './find-products.js';
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
    if (item.store !== 'all') await showDefaults(api, item, found, signal);
    else if (item.operation === 'delete') await remove(api, known.sku, signal);
    else await disable(api, item, known, signal);
  } catch (error) {
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
  }
  return { kind: 'written', key: item.key, targetId: item.operation === 'delete' ? null : productIdText(known) };
}

async function remove(api: ShopApi, sku: string, signal: AbortSignal): Promise<void> {
  acknowledged(await api.send('DELETE', 'all', `/products/${encodeURIComponent(sku)}`, undefined, signal), `deleting "${sku}"`);
}

async function disable(
  api: ShopApi,
  { operation }: TargetItem,
  { id, sku }: { id: number; sku: string },
  signal: AbortSignal,
): Promise<void> {
  const product: JsonObject = { id, sku, status: disabled };
  if (operation === 'archive') product.visibility = notVisibleIndividually;
  acknowledgedId(await api.send('POST', 'all', '/products', { product, saveOptions: true }, signal), `disabling "${sku}"`);
}

/** A store view that is not fed any more shows what the default scope shows. */
async function showDefaults(api: ShopApi, { store, lastKnown }: TargetItem, found: FoundProduct, signal: AbortSignal): Promise<void> {
  const prefix = 'custom_attributes.';
  const fields = Object.keys(lastKnown ?? {});
  const attributes = fields.flatMap((field): JsonObject[] =>
    field.startsWith(prefix) ? [{ attribute_code: field.slice(prefix.length), value: null }] : [],
  );
  const defaults = Object.fromEntries(fields.flatMap((field) => (neverEmpty.includes(field) ? [[field, found.shown[field] ?? null]] : [])));
  if (attributes.length + Object.keys(defaults).length === 0) return;
  const product = { id: found.id, sku: found.sku, ...defaults, custom_attributes: attributes };
  acknowledgedId(
    await api.send('POST', store, '/products', { product, saveOptions: true }, signal),
    `emptying "${found.sku}" in a store view`,
  );
}

function down({ key }: TargetItem): Outcome {
  return { kind: 'written', key, targetId: null };
}
