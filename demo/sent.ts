import type { Magento } from '../test/kit/magento/index.js';

/** A request that wrote something of one product. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  /** What the request carried, field by field. */
  readonly fields: readonly string[];
}

/** Every write to the shop since the log was cleared that names this SKU. */
export function sentFor(shop: Magento, sku: string): Sent[] {
  return shop.requests
    .filter(({ method }) => method !== 'GET')
    .flatMap(({ method, path, body }) => {
      const product = productIn(body);
      const named = path.split('/').some((part) => decodeURIComponent(part).toLowerCase() === sku.toLowerCase());
      if (!named && String(product?.sku ?? '').toLowerCase() !== sku.toLowerCase()) return [];
      return [{ method, path: path.replace(/^\/rest/, ''), fields: product ? fieldsOf(product) : [] }];
    });
}

function productIn(body: unknown): Readonly<Record<string, unknown>> | undefined {
  return (body as { product?: Readonly<Record<string, unknown>> } | undefined)?.product;
}

function fieldsOf(product: Readonly<Record<string, unknown>>): string[] {
  const custom = (product.custom_attributes as { attribute_code: string }[] | undefined) ?? [];
  const extension = Object.keys((product.extension_attributes as object | undefined) ?? {});
  const own = Object.keys(product).filter((name) => !['sku', 'type_id', 'id', 'custom_attributes', 'extension_attributes'].includes(name));
  return [...own, ...extension, ...custom.map(({ attribute_code: code }) => code)];
}
