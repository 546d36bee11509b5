import type { Magento } from './magento.js';

export interface ShopAnswer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
}

/** A plain client for specs: `path` is what comes after `/rest/`, such as `all/V1/products`. */
export function clientOf(
  shop: Pick<Magento, 'url' | 'token'>,
): <Body = unknown>(method: string, path: string, body?: unknown) => Promise<ShopAnswer<Body>> {
  return async <Body>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${shop.url}/rest/${path}`, {
      method,
      headers: { authorization: `Bearer ${shop.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  };
}

/** A criteria query: `field=value` pairs that all must hold. */
export function where(filters: Readonly<Record<string, string>>, more = ''): string {
  const parts = Object.entries(filters).map(([field, value], index) => {
    const filter = `searchCriteria[filter_groups][${index}][filters][0]`;
    return `${filter}[field]=${field}&${filter}[value]=${encodeURIComponent(value)}`;
  });
  return `${[...parts, more].filter(Boolean).join('&')}` || 'searchCriteria=';
}
