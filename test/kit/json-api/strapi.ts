import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';
import { nestedQuery, passes, type Nested } from './filter.js';
import type { Dialect } from './json-api.js';
import type { Row, Store } from './store.js';

/** Strapi 5: `GET /api/products`, pages by number, of a hundred at most whatever is asked. */
export const strapi: Dialect = {
  refusal: (request, secret) => (request.headers.authorization === `Bearer ${secret}` ? null : refused(401, 'UnauthorizedError')),
  answer({ method, path, query }: StandInRequest, store: Store, pageSize: number): StandInAnswer {
    if (method !== 'GET' || path !== '/api/products') return refused(404, 'NotFoundError');
    const { filters, pagination = {} } = nestedQuery(query) as { readonly filters?: Nested; readonly pagination?: Nested };
    const rows = store.sorted();
    const found = filters === undefined ? rows : rows.filter((row) => passes(filters, entry(row)));
    const size = Math.min(Number(pagination.pageSize ?? 25), pageSize);
    const page = Number(pagination.page ?? 1);
    const meta = { pagination: { page, pageSize: size, pageCount: Math.ceil(found.length / size), total: found.length } };
    return { status: 200, body: { data: found.slice((page - 1) * size, page * size).map(entry), meta } };
  },
  fetches: ({ query }) => [...query.keys()].some((name) => name.includes('$in')),
  page: (items) => `{"data":[${items.join(',')}],"meta":{"pagination":{"page":1,"pageSize":100,"pageCount":1,"total":${items.length}}}}`,
  item: (key, text) => `{"id":7,"documentId":${key},"updatedAt":"2026-01-01T00:00:00.000Z","name":${text}}`,
};

function refused(status: number, name: string): StandInAnswer {
  return { status, body: { data: null, error: { status, name, message: name, details: {} } } };
}

function entry({ id, text, created, updated }: Row) {
  return {
    id: 1,
    documentId: id,
    name: text,
    sku: `S-${id}`,
    createdAt: new Date(created).toISOString(),
    updatedAt: new Date(updated).toISOString(),
  };
}
