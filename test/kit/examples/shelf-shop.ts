import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../stand-in/index.js';

export interface ShelfProduct {
  readonly version: number;
  readonly hidden: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The shop that examples/shelf writes to: `PUT` and `DELETE /products/{id}`, merged into what stands there. */
export interface ShelfShop extends StandInServer {
  readonly token: string;
  readonly products: ReadonlyMap<string, ShelfProduct>;
}

interface Put {
  readonly version: number;
  readonly hidden: boolean;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly clear?: readonly string[];
}

export async function startShelfShop(): Promise<ShelfShop> {
  const token = 'a-token';
  const products = new Map<string, ShelfProduct>();
  const server = await startServer((request) => {
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, body: { message: 'who are you?' } };
    if (request.path === '/products') return { status: 200, body: { total: products.size } };
    const id = decodeURIComponent(/^\/products\/(.+)$/.exec(request.path)?.[1] ?? '');
    return request.method === 'DELETE' ? remove(id) : put(id, request);
  });
  return Object.assign(server, { token, products });

  function remove(id: string): StandInAnswer {
    return products.delete(id) ? { status: 204 } : missing(id);
  }

  function put(id: string, request: StandInRequest): StandInAnswer {
    const { version, hidden, set, clear = [] } = request.body as Put;
    const known = products.get(id);
    if (known && known.version > version) return { status: 409, body: { message: 'older than what is here' } };
    // Without fields it is about a product that must be there.
    if (!known && set === undefined) return missing(id);
    if (Number(set?.price ?? 0) < 0) return { status: 422, body: { message: 'a price is 0 or more', field: 'price' } };
    const kept = Object.entries(known?.fields ?? {}).filter(([field]) => !clear.includes(field));
    products.set(id, { version, hidden, fields: { ...Object.fromEntries(kept), ...set } });
    return { status: 200, body: { id, created: known === undefined } };
  }
}

function missing(id: string): StandInAnswer {
  return { status: 404, body: { missing: id } };
}
