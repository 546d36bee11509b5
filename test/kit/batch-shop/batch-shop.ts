import type { RequestLog, StandInAnswer, StandInRequest, StandInServer } from '../stand-in/index.js';
import { startServer } from '../stand-in/index.js';
import type { Behaviour, ItemData, ItemError, ItemResult } from './item.js';
import { usual } from './item.js';
import { Shelf } from './shelf.js';

export interface BatchShopOptions {
  readonly behaviour?: Partial<Behaviour>;
  readonly port?: number;
  /** Milliseconds before every answer. */
  readonly latency?: number;
  /** False turns the request log off (benches). */
  readonly remember?: boolean;
}

export interface BatchShop {
  readonly url: string;
  readonly server: StandInServer;
  readonly requests: RequestLog;
  readonly faults: StandInServer['faults'];
  readonly state: Shelf;
  /** May be changed at any time. */
  readonly behaviour: Behaviour;
  close(): Promise<void>;
}

/**
 * An invented shop that takes items by the batch:
 * `POST /items/batch {items, deletes}`, `GET /items?ids=a,b` or `?after=<id>&limit=<n>`, `GET /items/{id}`.
 */
export async function startBatchShop(options: BatchShopOptions = {}): Promise<BatchShop> {
  const behaviour: Behaviour = { ...usual, ...options.behaviour };
  const state = new Shelf();
  const server = await startServer((request) => answer(state, behaviour, request), options);
  return {
    url: server.url,
    server,
    requests: server.requests,
    faults: server.faults,
    state,
    behaviour,
    close: () => server.close(),
  };
}

function answer(shelf: Shelf, behaviour: Behaviour, request: StandInRequest): StandInAnswer {
  const { method, path } = request;
  if (method === 'POST' && path === '/items/batch') return takeBatch(shelf, behaviour, request);
  if (method === 'GET' && path === '/items') return { status: 200, body: list(shelf, request.query) };
  if (method === 'GET' && path.startsWith('/items/')) {
    const item = shelf.get(decodeURIComponent(path.slice('/items/'.length)));
    return item ? { status: 200, body: item } : problem(404, { code: 'not_found', message: 'no such item' });
  }
  return problem(404, { code: 'no_route', message: `${method} ${path}` });
}

function takeBatch(shelf: Shelf, behaviour: Behaviour, request: StandInRequest): StandInAnswer {
  const batch = batchIn(request.body);
  if (!batch) return problem(400, { code: 'malformed', message: '{"items": [...], "deletes": [...]} is expected' });
  const { items, deletes } = batch;
  const { maxItems, maxBytes } = behaviour;
  if (items.length + deletes.length > maxItems) return problem(413, { code: 'too_large', message: `${maxItems} items at most` });
  if (request.rawBody.length > maxBytes) return problem(413, { code: 'too_large', message: `${maxBytes} bytes at most` });
  const results = shelf.apply(items, deletes, behaviour, (id) => struck(request, id));
  const failed = results.some(({ status }) => status === 'error');
  if (failed && behaviour.errors === 'one-for-all')
    return problem(422, { code: 'invalid_items', message: 'the batch holds invalid items' });
  return { status: failed && behaviour.atomic ? 422 : 200, body: { results } satisfies { results: readonly ItemResult[] } };
}

/** A fault that names this item: 503 is worth another try, anything else is the item's own mistake. */
function struck(request: StandInRequest, id: string): ItemError | undefined {
  const fault = request.faultFor(id);
  if (!fault) return undefined;
  return { code: (fault.status ?? 503) === 503 ? 'busy' : 'invalid', message: `fault for ${id}` };
}

function batchIn(body: unknown): { readonly items: readonly ItemData[]; readonly deletes: readonly string[] } | null {
  const { items = [], deletes = [] } = (body ?? {}) as { items?: unknown; deletes?: unknown };
  if (!Array.isArray(items) || !Array.isArray(deletes) || (items.length === 0 && deletes.length === 0)) return null;
  return { items: items as ItemData[], deletes: deletes as string[] };
}

function list(shelf: Shelf, query: URLSearchParams): unknown {
  const ids = query.get('ids');
  if (ids !== null) return { items: ids.split(',').flatMap((id) => shelf.get(decodeURIComponent(id)) ?? []) };
  const after = query.get('after');
  const sorted = shelf.all().filter(({ id }) => after === null || id > after);
  sorted.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { items: sorted.slice(0, Number(query.get('limit') ?? 100)), total: shelf.size };
}

function problem(status: number, error: ItemError): StandInAnswer {
  return { status, body: { error } };
}
