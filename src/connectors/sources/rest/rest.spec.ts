import { silentTools } from '../../../../test/kit/silent-tools.js';
import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../../../../test/kit/stand-in/index.js';
import { BadAnswer, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';
import type { JsonValue, OpenSource } from '../../contract/index.js';
import { rest } from './index.js';

const { signal } = new AbortController();
const needs = { attributes: null, fields: [], locales: null, channels: null };
const options = { needs, signal, withRecords: true };
const time = '2026-01-01T00:00:00Z';
const row = (id: string | number, more: object = {}) => ({ id, changed: time, ...more });

const entity = {
  key: 'id',
  version: { field: 'changed' },
  list: { path: '/articles', query: { limit: '{size}', page: '{page}' }, records: 'articles', paging: { kind: 'page', size: 2 } },
  changed: { query: { since: '{since}' } },
  fetch: { many: { path: '/articles', query: { ids: '{keys}' }, records: 'articles', missing: 'absent' } },
};

describe('rest', () => {
  let api: StandInServer;
  let answer: (request: StandInRequest) => unknown;
  const opened: OpenSource[] = [];

  beforeEach(async () => {
    answer = () => ({ articles: [] });
    api = await startServer((request) => {
      const body = answer(request);
      return isWhole(body) ? body : { status: 200, body };
    });
  });

  afterEach(async () => {
    for (const source of opened.splice(0)) await source.close?.();
    await api.close();
  });

  async function open(changes: object = {}, connection: object = {}): Promise<OpenSource> {
    const config = rest.config.parse({ url: api.url, entities: { article: { ...entity, ...changes } }, ...connection });
    const source = await rest.open(config, silentTools);
    opened.push(source);
    return source;
  }

  const listing = (paging: object, query: Record<string, string> = {}) => ({ list: { ...entity.list, query, paging } });

  async function listed(source: OpenSource, most = 50): Promise<string[]> {
    const found: string[] = [];
    for (let cursor: JsonValue | null = null, pages = 0, done = false; !done; pages += 1) {
      if (pages === most) throw new Error('no end');
      const page = await source.keys('article', cursor, options);
      found.push(...page.keys.map(({ key }) => key));
      ({ cursor, done } = page);
    }
    return found;
  }

  it('does not take a page that is shorter than was asked for as the last one', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => row(id));
    answer = ({ query }) => {
      const page = Number(query.get('page'));
      return { articles: rows.slice((page - 1) * 2, page * 2) };
    };
    const source = await open(listing({ kind: 'page', size: 100 }, { limit: '{size}', page: '{page}' }));
    expect(await listed(source)).toEqual(['a', 'b', 'c', 'd', 'e']);
    answer = ({ query }) => ({ articles: rows.slice(Number(query.get('offset')), Number(query.get('offset')) + 2) });
    expect(await listed(await open(listing({ kind: 'offset', size: 100 }, { offset: '{offset}' })))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('asks no more where the total agrees that a short page is the last', async () => {
    answer = () => ({ articles: [row('a')], total: 1 });
    const source = await open({ list: { ...entity.list, total: 'total' } });
    expect(await source.keys('article', null, options)).toMatchObject({ keys: [{ key: 'a' }], done: true, total: 1 });
    answer = () => ({ articles: [row('a')], total: 2 });
    expect(await source.keys('article', null, options)).toMatchObject({ done: false });
  });

  it('notices that its page numbers do not reach the API', async () => {
    answer = () => ({ articles: [row('a'), row('b')] });
    await expect(listed(await open())).rejects.toThrow(BadAnswer);
  });

  it.each([1, 2, 3, 5])('notices cursors that lead round in a circle of %d', async (length) => {
    let pages = 0;
    answer = () => ({ articles: [row(`r${pages}`)], next: `c${(pages += 1) % length}` });
    await expect(listed(await open(listing({ kind: 'cursor', next: 'next' }, { cursor: '{cursor}' })))).rejects.toThrow(
      'round in a circle',
    );
    expect(pages).toBeLessThan(5 * length + 3);
  });

  it('notices keys that are not sorted, where pages follow on the last key', async () => {
    answer = () => ({ articles: [row('a')] });
    await expect(listed(await open(listing({ kind: 'keyset' }, { after: '{after}' })))).rejects.toThrow('round in a circle');
  });

  it('leaves out the parameter of the first page, and encodes that of the next', async () => {
    answer = ({ query }) => ({ articles: [row('a')], ...(query.has('cursor') ? {} : { next: 'a&b=c #/é' }) });
    expect(await listed(await open(listing({ kind: 'cursor', next: 'next' }, { cursor: '{cursor}' })))).toEqual(['a', 'a']);
    expect(api.requests.map(({ query }) => query.get('cursor'))).toEqual([null, 'a&b=c #/é']);
  });

  it('follows links in headers and in answers, to its own host and to no other', async () => {
    const link = (target: string) => (answer = (request) => linked(request, target));
    const source = await open(listing({ kind: 'link' }));
    link('/articles?page=2');
    expect(await listed(source)).toEqual(['a', 'b']);
    link(`${api.url}/articles?page=2`);
    expect(await listed(source)).toEqual(['a', 'b']);
    link('?page=2');
    expect(await listed(source)).toEqual(['a', 'b']);
    for (const away of [
      'http://169.254.169.254/articles?page=2',
      '//127.0.0.2/articles',
      `http://user@${new URL(api.url).host}/x`,
      'file:///x',
    ]) {
      link(away);
      await expect(listed(source)).rejects.toThrow(BadAnswer);
    }
  });

  function linked({ query }: StandInRequest, target: string): StandInAnswer {
    if (query.get('page') === '2') return { status: 200, headers: { link: `</articles>; rel="prev"` }, body: { articles: [row('b')] } };
    const headers = { link: `</articles>; rel="first", <${target}>; title="a, b"; rel="next"` };
    return { status: 200, headers, body: { articles: [row('a')] } };
  }

  it('gives up where a listing always begins again, and tries once more in the next run', async () => {
    let request = 0;
    answer = ({ query }) => ({ articles: query.get('page') === '3' ? [] : [row(`r${(request += 1)}`), row(`r${(request += 1)}`)] });
    const source = await open();
    let last: JsonValue | null = null;
    const run = async (): Promise<void> => {
      for (;;) last = (await source.keys('article', last, options)).cursor;
    };
    await expect(run()).rejects.toThrow(Unavailable);
    const before = api.requests.length;
    expect(before).toBeLessThan(100);
    await expect(run()).rejects.toThrow(Unavailable);
    expect(api.requests.length).toBeGreaterThan(before);
  });

  it('asks again, by themselves, for those that a fetch left out, before they are gone', async () => {
    const there = ['a', 'b', 'c', 'd', 'e'];
    answer = ({ query }) => {
      const ids = query.get('ids')?.split(',') ?? [];
      // Two at most, whatever was asked.
      return {
        articles: there
          .filter((id) => ids.includes(id))
          .slice(0, 2)
          .map((id) => row(id)),
      };
    };
    const { records, absent } = await (await open()).fetch('article', [...there, 'x', 'y'], options);
    expect([records.map(({ key }) => key).sort(), absent]).toEqual([there, ['x', 'y']]);
    const careful = await open({ fetch: { many: { ...entity.fetch.many, missing: 'unknown' } } });
    expect((await careful.fetch('article', ['a', 'x'], options)).absent).toEqual([]);
  });

  it('believes nothing of an API that ignores the filter of a fetch', async () => {
    answer = () => ({ articles: [row('a'), row('b')] });
    await expect((await open()).fetch('article', ['b', 'z'], options)).rejects.toThrow(BadAnswer);
  });

  it('takes only the words it was told for the end of a record', async () => {
    const one = { path: '/articles/{key}', record: '', absent: { status: 410, where: { code: 'gone', 'of.kind': 'article' } } };
    const source = await open({ fetch: { one } });
    const said = async (status: number, body: unknown) => {
      answer = () => ({ status, body });
      return (await source.fetch('article', ['a/b'], options)).absent;
    };
    expect(await said(410, { code: 'gone', of: { kind: 'article' } })).toEqual(['a/b']);
    expect(api.requests.at(-1)?.path).toBe('/articles/a%2Fb');
    expect(await said(404, { code: 'gone', of: { kind: 'article' } })).toEqual([]);
    expect(await said(410, { code: 'gone' })).toEqual([]);
    expect(await said(410, '<html>')).toEqual([]);
    expect(await said(403, { code: 'gone', of: { kind: 'article' } })).toEqual([]);
    await expect(said(200, [])).rejects.toThrow(BadAnswer);
  });

  it('writes keys as the API wants them', async () => {
    const many = (query: Record<string, string>) => ({ fetch: { many: { ...entity.fetch.many, query } } });
    const asked = async (query: Record<string, string>, keys: string[], more: object = {}) => {
      await (await open({ ...many(query), ...more })).fetch('article', keys, options);
      return Object.fromEntries(api.requests.at(-1)?.query ?? []);
    };
    expect(await asked({ f: '{"in":{keys:json}}' }, ['a"b', 'c'])).toEqual({ f: '{"in":["a\\"b","c"]}' });
    expect(await asked({ 'id[{n}]': '{key}' }, ['a', 'b'])).toEqual({ 'id[0]': 'a', 'id[1]': 'b' });
    expect(await asked({ f: '{keys:json}' }, ['7', 'x', '08'], { keyAs: 'number' })).toEqual({ f: '[7,8]' });
    // A comma would make two of one.
    expect(await asked({ ids: '{keys}' }, ['a,b', 'c'])).toEqual({ ids: 'c' });
  });

  it('takes numbers for keys where they are said to be', async () => {
    answer = ({ query }) => ({ articles: query.get('page') === '1' ? [row(7), row('8'), row(1.5)] : [] });
    expect(await listed(await open({ keyAs: 'number' }))).toEqual(['7']);
    expect(await listed(await open())).toEqual(['8']);
  });

  it('believes an answer that says that it failed, be it a 200', async () => {
    answer = () => ({ articles: [], errors: [{ message: 'not today' }] });
    await expect((await open({}, { failure: 'errors' })).keys('article', null, options)).rejects.toThrow('not today');
    answer = () => ({ articles: [], errors: [] });
    expect(await listed(await open({}, { failure: 'errors' }))).toEqual([]);
  });

  it('keeps its filter to the last page of a window', async () => {
    const source = await open();
    const { cursor } = await source.changes('article', null, { ...options, overlapMs: 0 });
    answer = ({ query }) => ({ articles: query.get('page') === '1' ? [row('a'), row('b')] : [] });
    const page = await source.changes('article', cursor, { ...options, overlapMs: 60_000 });
    await source.changes('article', page.cursor, { ...options, overlapMs: 600_000 });
    const sinces = api.requests.flatMap(({ query }) => query.get('since') ?? []);
    expect([sinces.length > 2, new Set(sinces).size]).toEqual([true, 1]);
  });

  it('names deletions from their own list once, each by its own id', async () => {
    const deleted = {
      path: '/log',
      query: { since: '{since}' },
      records: '',
      key: 'of',
      id: 'id',
      since: 'seconds',
      paging: { kind: 'none' },
    };
    const source = await open({ deleted });
    answer = ({ path }) => (path === '/log' ? [{ id: 1, of: 'a' }, { id: 2 }, null] : { articles: [] });
    const { cursor } = await source.changes('article', null, { ...options, overlapMs: 0 });
    const first = await source.changes('article', cursor, { ...options, overlapMs: 0 });
    expect(first).toMatchObject({ changes: [], done: false, position: null });
    const second = await source.changes('article', first.cursor, { ...options, overlapMs: 0 });
    expect(second.changes).toEqual([{ key: 'a', kind: 'deleted', version: { id: 'deleted 1', order: null, closed: true } }]);
    expect(second.done).toBe(true);
    expect(api.requests.at(-1)?.query.get('since')).toMatch(/^\d{10}$/);
  });

  it.each([
    ['counter', 7, { id: '7', order: 7, closed: true }],
    ['hash', 'abc', { id: 'abc', order: null, closed: true }],
    ['seconds', 1767225600.5, { id: '1767225600.5', order: 1767225600500, closed: true }],
    ['milliseconds', '1767225600000', { id: '1767225600000', order: 1767225600000, closed: true }],
    ['iso', '2026-01-01 00:00:00', { id: '2026-01-01 00:00:00', order: 1767225600000, closed: true }],
    ['iso', 'never', null],
    ['counter', {}, null],
  ])('reads a version that is a %s', async (as, value, version) => {
    answer = ({ query }) => ({ articles: query.get('page') === '1' ? [{ id: 'a', rev: value }] : [] });
    const source = await open({ version: { field: ['missing', 'rev'], as } });
    expect((await source.keys('article', null, options)).keys).toMatchObject([{ key: 'a', version }]);
  });

  it('signs its requests, and never tells with what', async () => {
    answer = ({ headers }) => (headers.authorization ?? headers['x-api-key']) === 'right' || { status: 401, body: {} };
    const secret = 'canary-of-a-secret';
    for (const auth of [
      { kind: 'basic', username: 'user', password: secret },
      { kind: 'bearer', token: secret },
      { kind: 'key', header: 'X-API-Key', key: secret },
      { kind: 'oauth', tokenUrl: `${api.url}/token`, clientId: 'client', clientSecret: secret, scope: 'read', credentials: 'body' },
      { kind: 'none' },
    ]) {
      const source = await open({}, { auth });
      const failure = await source.keys('article', null, options).catch((error: unknown) => error as Error);
      expect([auth.kind, failure]).toEqual([auth.kind, expect.any(Unauthorized)]);
      expect(`${String(failure)} ${JSON.stringify(await source.check(signal))}`).not.toContain('canary');
    }
    const signs = api.requests.map(({ headers }) => headers.authorization ?? headers['x-api-key']);
    expect(signs).toEqual(
      expect.arrayContaining([`Basic ${Buffer.from(`user:${secret}`).toString('base64')}`, `Bearer ${secret}`, secret]),
    );
  });

  it('says whose mistake an unknown address or a refused request is', async () => {
    answer = () => ({ status: 404, body: {} });
    await expect((await open()).keys('article', null, options)).rejects.toThrow(Misconfigured);
    await expect((await open()).fetch('article', ['a'], options)).rejects.toThrow(Misconfigured);
    await expect((await open()).keys('order', null, options)).rejects.toThrow(Misconfigured);
  });

  it('tells the state of a record by a field, and that it cannot be told where the answer lacks the field', async () => {
    const state = { field: 'meta.status', values: { draft: 'unpublished', 0: 'disabled', true: 'recycled' }, empty: 'unpublished' };
    const told = ['published', 'draft', 0, true, null].map((status, number) => row(`${number}`, { meta: { status } }));
    answer = () => ({ articles: [...told, row('5'), row('6', { meta: { status: {} } })] });
    const { records } = await (await open({ state })).fetch('article', ['0', '1', '2', '3', '4', '5', '6'], options);
    expect(records.map((one) => one.state ?? one.unreadable)).toEqual([
      ...['live', 'unpublished', 'disabled', 'recycled', 'unpublished'],
      { state: 'cannot be told: meta.status is not in the answer' },
      { state: 'cannot be told: meta.status is neither a text nor a number nor a boolean' },
    ]);
  });

  it('names the mistakes of a connection', () => {
    const problems = (changes: object) =>
      rest.config
        .safeParse({ url: 'http://api', entities: { article: { ...entity, ...changes } } })
        .error?.issues.map(({ path }) => path.join('.'));
    expect(problems({})).toBeUndefined();
    expect(problems({ fetch: {} })).toEqual(['entities.article.fetch']);
    expect(problems({ list: { ...entity.list, path: 'articles' } })).toEqual(['entities.article.list.path']);
    expect(problems({ list: { ...entity.list, records: 'a..b' } })).toEqual(['entities.article.list.records']);
    expect(problems({ keys: 'id' })).toEqual(['entities.article']);
  });
});

function isWhole(body: unknown): body is StandInAnswer {
  return body !== null && typeof body === 'object' && 'status' in body;
}
