import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../stand-in/index.js';
import { Store } from './store.js';

/** In whose words an API answers. */
export interface Dialect {
  /** What a request without the right credentials is answered; null: they are right. */
  refusal(request: StandInRequest, secret: string): StandInAnswer | null;
  answer(request: StandInRequest, store: Store, pageSize: number, secret: string): StandInAnswer;
  /** Whether a request asks for records by their keys. */
  fetches(request: StandInRequest): boolean;
  /** The JSON text of a listing's only page, of the texts of its items. */
  page(items: readonly string[]): string;
  /** The JSON text of an item, of the texts of its key and its text. */
  item(key: string, text: string): string;
  /** How many tokens were handed out, where there are any. */
  tokens?(): number;
  expireToken?(): void;
}

/** A JSON API that keeps state and can be made to fail. */
export interface JsonApi extends StandInServer {
  readonly store: Store;
  readonly secret: string;
  readonly dialect: Dialect;
  /** Every listing is one page of these JSON texts, until what is answered is called. */
  serves(items: readonly string[]): () => void;
}

/** `pageSize`: the most records of a page, whatever is asked for. */
export async function startJsonApi(
  dialect: Dialect,
  { pageSize = 100, secret = 'a secret & a half', remember = true } = {},
): Promise<JsonApi> {
  const store = new Store();
  let served: readonly string[] | null = null;
  const server = await startServer(
    (request) => {
      const refusal = dialect.refusal(request, secret);
      if (refusal !== null) return refusal;
      if (served !== null && request.path !== '/token') return servedFor(request, served);
      return dialect.answer(request, store, pageSize, secret);
    },
    { remember, headers: () => ({ date: new Date(store.clock).toUTCString() }) },
  );
  return Object.assign(server, {
    store,
    secret,
    dialect,
    serves: (items: readonly string[]) => {
      served = items;
      return () => void (served = null);
    },
  });

  /** A page; or of it what was asked for by key. */
  function servedFor(request: StandInRequest, items: readonly string[]): StandInAnswer {
    const asked = dialect.fetches(request) ? `${decodeURIComponent(request.path)} ${[...request.query].join()} ${request.rawBody}` : null;
    const found = items.filter((text) => asked === null || asked.includes(/[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? 'nothing'));
    const body = asked !== null && request.path.startsWith('/products/') ? `{"data":${found[0]}}` : dialect.page(found);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
}
