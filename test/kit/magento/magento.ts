import type { RequestLog, StandInAnswer, StandInRequest, StandInServer } from '../stand-in/index.js';
import { startServer } from '../stand-in/index.js';
import { attributeRoutes } from './attribute-routes.js';
import { attributeSetRoutes } from './attribute-set-routes.js';
import { categoryRoutes } from './category-routes.js';
import { Contract } from './contract.js';
import { MagentoError } from './magento-error.js';
import { People } from './people.js';
import { projected } from './projection.js';
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
  /** Holds every request and answer to Adobe's published interface, true by default. */
  readonly contract?: boolean;
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
  readonly contract: Contract;
  /** What the shop's own staff does, behind the interface. */
  readonly people: People;
  close(): Promise<void>;
}

const router = new Router([...productRoutes, ...attributeRoutes, ...attributeSetRoutes, ...categoryRoutes, ...storeRoutes]);

/** Starts a fresh Magento 2.4 without products: attribute set Default (4), root category 2, website base (1). */
export async function startMagento(options: MagentoOptions = {}): Promise<Magento> {
  const shop = new Shop(options.stores);
  const token = options.token ?? 'magento-token';
  const contract = new Contract(options.contract === false ? null : undefined);
  const desk = new Desk(shop, contract, token, options.admin ?? { username: 'admin', password: 'admin123' });
  const server = await startServer((request) => desk.answer(request), { ...options, itemOf: skuOf });
  desk.origin = server.url;
  return {
    url: server.url,
    token,
    server,
    requests: server.requests,
    faults: server.faults,
    state: new ShopState(shop),
    contract,
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
    private readonly contract: Contract,
    token: string,
    private readonly admin: { readonly username: string; readonly password: string },
  ) {
    this.#tokens = new Set([token]);
  }

  /** In at the door, held to the contract on both sides, out as JSON. */
  answer(request: StandInRequest): StandInAnswer {
    const target = splitPath(request.path);
    const storeId = target && this.shop.stores.scopeOf(target.store);
    if (!target || storeId === undefined) return answerOf(404, noRoute().body);
    const wrong = request.invalidJson ? null : this.contract.checkRequest(request.method, target.path, request.body ?? emptyOr(request));
    if (wrong !== null) return answerOf(400, { message: `The request breaks Magento's contract: ${wrong}` });
    const { status, body } = this.#outcome(request, target.path, storeId);
    const own = request.query.has('fields') ? null : this.contract.checkAnswer(request.method, target.path, status, body);
    return own === null ? answerOf(status, body) : answerOf(500, { message: `The stand-in's answer breaks Magento's contract: ${own}` });
  }

  #outcome(request: StandInRequest, path: string, storeId: number): { readonly status: number; readonly body: unknown } {
    try {
      return { status: 200, body: this.#work(request, path, storeId) };
    } catch (error) {
      if (error instanceof MagentoError) return { status: error.status, body: error.body };
      throw error;
    }
  }

  #work(request: StandInRequest, path: string, storeId: number): unknown {
    if (request.method === 'POST' && path === '/V1/integration/admin/token') return this.#issueToken(request);
    const found = router.find(request.method, path);
    if (!found) throw noRoute();
    this.#authorize(request);
    if (request.invalidJson) throw new MagentoError(400, 'Decoding error: \nSyntax error');
    const body = (request.body ?? {}) as Call['body'];
    const answer = found.route.answer({ shop: this.shop, storeId, params: found.params, query: request.query, body, origin: this.origin });
    return projected(answer, request.query.get('fields'));
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

/** Bytes of another content type are a body too, if none that the contract knows. */
function emptyOr({ rawBody }: StandInRequest): unknown {
  return rawBody.length === 0 ? undefined : rawBody.toString('utf8');
}

/** JSON always, also where the answer is a single string. */
function answerOf(status: number, body: unknown): StandInAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

function noRoute(): MagentoError {
  return new MagentoError(404, 'Request does not match any route.');
}
