import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';
import type { Dialect } from './json-api.js';
import type { Row, Store } from './store.js';

let token = 0;
let valid = '';

/** A catalogue in the manner of Spryker's: a token by client credentials, JSON:API, links to the next page, records one by one. */
export const jsonapi: Dialect = {
  refusal: ({ path, headers }) =>
    path === '/token' || headers.authorization === `Bearer ${valid}` ? null : { status: 401, body: errors('002', 'Invalid access token.') },
  answer(request: StandInRequest, store: Store, pageSize: number, secret: string): StandInAnswer {
    const { method, path, query } = request;
    if (method === 'POST' && path === '/token') return signIn(request, secret);
    const one = /^\/products\/([^/]+)$/.exec(path)?.[1];
    if (one !== undefined) return single(store, decodeURIComponent(one));
    if (path !== '/products') return { status: 404, body: errors('007', 'Not found') };
    const [epoch, after] = (query.get('page[cursor]') ?? `${store.epoch}:`).split(/:(.*)/s);
    if (Number(epoch) !== store.epoch) return { status: 400, body: errors('400', 'The cursor is not known.') };
    const since = Date.parse(query.get('filter[updated]') ?? '1970-01-01T00:00:00Z');
    const found = store.sorted().filter((row) => row.id > (after ?? '') && row.updated >= since);
    const data = found.slice(0, pageSize);
    if (found.length > pageSize) query.set('page[cursor]', `${store.epoch}:${data.at(-1)?.id}`);
    const links = found.length > pageSize ? { next: `/products?${query}` } : {};
    return { status: 200, body: { data: data.map(resource), links } };
  },
  fetches: ({ path }) => path.startsWith('/products/'),
  page: (items) => `{"data":[${items.join(',')}],"links":{}}`,
  item: (key, text) => `{"type":"products","id":${key},"attributes":{"name":${text},"updatedAt":"2026-01-01 00:00:00"}}`,
  tokens: () => token,
  expireToken: () => void (valid = ''),
};

function signIn({ headers, rawBody }: StandInRequest, secret: string): StandInAnswer {
  const form = new URLSearchParams(rawBody.toString('utf8'));
  const basic = `Basic ${Buffer.from(`client:${encodeURIComponent(secret)}`).toString('base64')}`;
  if (form.get('grant_type') !== 'client_credentials' || headers.authorization !== basic)
    return { status: 401, body: { error: 'invalid_client' } };
  token += 1;
  valid = `token-${token}`;
  return { status: 200, body: { token_type: 'Bearer', expires_in: 3600, access_token: valid } };
}

function single(store: Store, id: string): StandInAnswer {
  const row = store.rows.get(id);
  return row === undefined ? { status: 404, body: errors('301', 'Product is not found.') } : { status: 200, body: { data: resource(row) } };
}

function errors(code: string, detail: string) {
  return { errors: [{ code, detail }] };
}

/** Times in whole seconds, in UTC, without saying so. */
function resource({ id, text, updated }: Row) {
  return { type: 'products', id, attributes: { name: text, updatedAt: new Date(updated).toISOString().slice(0, 19).replace('T', ' ') } };
}
