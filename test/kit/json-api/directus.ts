import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';
import { nestedQuery, passes } from './filter.js';
import type { Dialect } from './json-api.js';
import type { Row, Store } from './store.js';

/** Directus 12: `GET /items/products` and `GET /activity`. An item has no time of an edit until it is edited. */
export const directus: Dialect = {
  refusal: (request, secret) => (request.headers.authorization === `Bearer ${secret}` ? null : invalid),
  answer({ method, path, query }: StandInRequest, store: Store, pageSize: number): StandInAnswer {
    if (method === 'GET' && path === '/items/products') return list(store.sorted().map(item), query, pageSize);
    if (method === 'GET' && path === '/activity') return list(store.deletions.map(activity), query, pageSize);
    return { status: 404, body: { errors: [{ message: `Route ${path} doesn't exist.`, extensions: { code: 'ROUTE_NOT_FOUND' } }] } };
  },
  fetches: ({ query }) => (query.get('filter') ?? '').includes('_in'),
  page: (items) => `{"data":[${items.join(',')}]}`,
  item: (key, text) =>
    `{"id":${key},"date_created":"2026-01-01T00:00:00.000Z","date_updated":null,"status":"published","name":${text},"sku":"x"}`,
};

const invalid: StandInAnswer = {
  status: 401,
  body: { errors: [{ message: 'Invalid user credentials.', extensions: { code: 'INVALID_CREDENTIALS' } }] },
};

const iso = (time: number): string => new Date(time).toISOString();

function item({ id, text, created, updated, status }: Row) {
  return { id, status, name: text, sku: `S-${id}`, date_created: iso(created), date_updated: updated === created ? null : iso(updated) };
}

function activity({ number, id, at }: Store['deletions'][number]) {
  return { id: number, action: 'delete', collection: 'products', item: id, timestamp: iso(at) };
}

function list(all: readonly Readonly<Record<string, unknown>>[], query: URLSearchParams, pageSize: number): StandInAnswer {
  const { filter: nested } = nestedQuery(query);
  const filter: unknown = typeof nested === 'string' ? JSON.parse(nested) : nested;
  const found = all.filter((one) => passes(filter, one));
  const limit = Math.min(Number(query.get('limit') ?? 100), pageSize);
  const first = (Number(query.get('page') ?? 1) - 1) * limit;
  const meta = query.get('meta') === null ? {} : { meta: { filter_count: found.length } };
  return { status: 200, body: { ...meta, data: found.slice(first, first + limit) } };
}
