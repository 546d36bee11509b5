import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';
import type { Dialect } from './json-api.js';
import type { Row, Store } from './store.js';

interface Search {
  readonly where?: { readonly updatedAt?: { readonly OP_gt: string }; readonly identifier?: { readonly OP_in: readonly string[] } };
  readonly offset?: number;
  readonly limit: number;
}

/** OpenPIM 2.1: `search` over GraphQL, pages by offset, refusals with 200. */
export const openpim: Dialect = {
  refusal: (request, secret) => (request.headers['x-token'] === secret ? null : { status: 401, body: { message: 'invalid token' } }),
  answer({ method, path, body }: StandInRequest, store: Store, pageSize: number): StandInAnswer {
    if (method !== 'POST' || path !== '/graphql') return { status: 404, body: 'Cannot POST' };
    const { variables } = body as { readonly variables: { readonly requests: readonly Search[] } };
    const [search] = variables.requests;
    if (search === undefined) return { status: 200, body: { errors: [{ message: 'requests are required' }], data: null } };
    const { where = {}, offset = 0, limit } = search;
    const found = store.sorted().filter((row) => matches(row, where));
    const rows = found.slice(offset, offset + Math.min(limit, pageSize)).map(item);
    return { status: 200, body: { data: { search: { responses: [{ count: found.length, rows }] } } } };
  },
  fetches: ({ rawBody }) => rawBody.includes('OP_in'),
  page: (items) => `{"data":{"search":{"responses":[{"count":${items.length},"rows":[${items.join(',')}]}]}}}`,
  item: (key, text) => `{"identifier":${key},"updatedAt":1767225600,"name":${text},"typeId":3}`,
};

function matches({ id, updated }: Row, { updatedAt, identifier }: NonNullable<Search['where']>): boolean {
  if (identifier !== undefined && !identifier.OP_in.includes(id)) return false;
  return updatedAt === undefined || Math.floor(updated / 1000) > Number(updatedAt.OP_gt);
}

/** Whole seconds since 1970. */
function item({ id, text, updated }: Row) {
  return { identifier: id, name: text, typeId: 3, updatedAt: Math.floor(updated / 1000) };
}
