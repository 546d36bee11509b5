import type { RequestLog, StandInAnswer, StandInRequest, StandInServer } from '../stand-in/index.js';
import { startServer } from '../stand-in/index.js';
import { attributeRoutes } from './attribute-routes.js';
import { attributeSetRoutes } from './attribute-set-routes.js';
import { categoryRoutes } from './category-routes.js';
import { MagentoError } from './magento-error.js';
import { People } from './people.js';
import { productRoutes } from './product-routes.js';
import type { Call } from './router.js';
import { Router, skuOf, splitPath } from './router.js';
import { Shop } from './shop.js';
import { ShopState } from './state.js';
import { storeRoutes } from './store-routes.js';
import type { StoreOption } from './stores.js';

export interface MagentoOptions {
  /** The integration's bearer token; `magento-token` by default. */
  readonly token?: string;
  /** Who may fetch a token at `/V1/integration/admin/token`. */
  readonly admin?: { readonly username: string; readonly password: string };
  /** Store views beside `default` (id 1); by default `de` (id 2). */
  readonly stores?: readonly StoreOption[];
  readonly port?: number;
  /** Milliseconds before every answer. */
  readonly latency?: number;
  /** False turns the request log off (benches). */
  readonly remember?: boolean;
}

export interface Magento {
  /** `http://127.0.0.1:<port>`; the interface is below `/rest`. */
  readonly url: string;
  readonly token: string;
  readonly server: StandInServer;
  readonly requests: RequestLog;
  readonly faults: StandInServer['faults'];
  /** What the shop holds, for tests to look at. */
  readonly state: ShopState;
  /** What the shop's own staff does, behind the interface. */
  readonly people: People;
  close(): Promise<void>;
}

const router = new Router([...productRoutes, ...attributeRoutes, ...attributeSetRoutes, ...categoryRoutes, ...storeRoutes]);

/** Starts a fresh Magento 2.4 without products: attribute set Default (4), root category 2, website base (1). */
export async function startMagento(options: MagentoOptions = {}): Promise<Magento> {
  const shop = new Shop(options.stores);
  const token = options.token ?? 'magento-token';
  const desk = new Desk(shop, token, options.admin ?? { username: 'admin', password: 'admin123' });
  const server = await startServer((request) => desk.answer(request), { ...options, itemOf: skuOf });
  desk.origin = server.url;
  return {
    url: server.url,
    token,
    server,
    requests: server.requests,
    faults: server.faults,
    state: new ShopState(shop),
    people: new People(shop),
    close: () => server.close(),
  };
}

/** Who may come in, and where to. */
class Desk {
  origin = '';
  readonly #tokens: Set<string>;
  #issued = 0;

  constructor(
    private readonly shop: Shop,
    token: string,
    private readonly admin: { readonly username: string; readonly password: string },
  ) {
    this.#tokens = new Set([token]);
  }

  answer(request: StandInRequest): StandInAnswer {
    try {
      return answerOf(200, this.#work(request));
    } catch (error) {
      if (error instanceof MagentoError) return answerOf(error.status, error.body);
      throw error;
    }
  }

  #work(request: StandInRequest): unknown {
    const target = splitPath(request.path);
    const storeId = target && this.shop.stores.scopeOf(target.store);
    if (!target || storeId === undefined) throw noRoute();
    if (request.method === 'POST' && target.path === '/V1/integration/admin/token') return this.#issueToken(request);
    const found = router.find(request.method, target.path);
    if (!found) throw noRoute();
    this.#authorize(request);
    if (request.invalidJson) throw new MagentoError(400, 'Decoding error: \nSyntax error');
    const body = (request.body ?? {}) as Call['body'];
    return found.route.answer({ shop: this.shop, storeId, params: found.params, query: request.query, body, origin: this.origin });
  }

  #authorize({ headers }: StandInRequest): void {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined && this.#tokens.has(token)) return;
    throw new MagentoError(401, "The consumer isn't authorized to access %resources.", { resources: 'Magento_Catalog::products' });
  }

  #issueToken({ body }: StandInRequest): string {
    const { username, password } = (body ?? {}) as { username?: string; password?: string };
    if (username !== this.admin.username || password !== this.admin.password) {
      throw new MagentoError(
        401,
        'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.',
      );
    }
    this.#issued += 1;
    const token = `admin-token-${this.#issued}`;
    this.#tokens.add(token);
    return token;
  }
}

/** JSON always, also where the answer is a single string. */
function answerOf(status: number, body: unknown): StandInAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

function noRoute(): MagentoError {
  return new MagentoError(404, 'Request does not match any route.');
}
