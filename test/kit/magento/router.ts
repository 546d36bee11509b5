import type { StandInRequest } from '../stand-in/index.js';
import type { Shop } from './shop.js';

/** A request that found its route. */
export interface Call {
  readonly shop: Shop;
  /** Scope of the URL: 0 for `all`. */
  readonly storeId: number;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** `http://host:port` of the shop, for its own addresses. */
  readonly origin: string;
}

export interface Route {
  readonly method: string;
  /** `/V1/products/:sku` */
  readonly path: string;
  /** Throws `MagentoError` to refuse. */
  readonly answer: (call: Call) => unknown;
}

interface Compiled extends Route {
  readonly segments: readonly string[];
}

/** Finds the route of a path; a fixed word wins over a parameter. */
export class Router {
  readonly #routes = new Map<string, Compiled[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split('/').slice(1);
      const group = this.#routes.get(`${route.method} ${segments.length}`) ?? [];
      group.push({ ...route, segments });
      group.sort((a, b) => openness(a) - openness(b));
      this.#routes.set(`${route.method} ${segments.length}`, group);
    }
  }

  find(method: string, path: string): { readonly route: Route; readonly params: Record<string, string> } | undefined {
    const segments = path.split('/').slice(1);
    for (const route of this.#routes.get(`${method} ${segments.length}`) ?? []) {
      const params = match(route.segments, segments);
      if (params) return { route, params };
    }
    return undefined;
  }
}

/** Splits `/rest/<store>/V1/…` into the store segment (null for none) and `/V1/…`. */
export function splitPath(path: string): { readonly store: string | null; readonly path: string } | undefined {
  const match = /^\/rest(?:\/([^/]+))?(\/V1\/.*)$/.exec(path);
  return match ? { store: match[1] ?? null, path: (match[2] as string).replace(/\/$/, '') } : undefined;
}

/** The SKU a request is about, for faults that name an item; null for other requests. */
export function skuOf({ path, body }: StandInRequest): string | null {
  const inPath = /\/V1\/(?:products|configurable-products)\/([^/]+)/.exec(path)?.[1];
  if (inPath !== undefined && !['attributes', 'attribute-sets', 'types', 'media'].includes(inPath)) return decodeURIComponent(inPath);
  const product = (body as { product?: { sku?: unknown } } | undefined)?.product;
  return typeof product?.sku === 'string' ? product.sku : null;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] as string;
    if (part.startsWith(':')) params[part.slice(1)] = decode(segment);
    else if (part !== segment) return null;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function openness({ segments }: Compiled): number {
  return segments.reduce((sum, segment, index) => sum + (segment.startsWith(':') ? 2 ** -index : 0), 0);
}
