import { startCouch, type Couch, type CouchOptions } from '../../../../test/kit/couch/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { forkStandIn } from '../../../../test/kit/stand-in/index.js';
import { BadAnswer, ConnectorError, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';
import type { ChangesPage, JsonValue, OpenSource } from '../../contract/index.js';
import { couchdb } from './index.js';

const server = forkStandIn('couch');
afterAll(async () => (await server).stop());

const needs = { attributes: null, fields: [], locales: null, channels: null };
const { signal } = new AbortController();
const entities = { product: { where: { type: 'product' } }, category: { prefix: 'category:' }, anything: {} };

describe('couchdb', () => {
  let couch: Couch;
  let source: OpenSource;

  async function begin(options: Partial<CouchOptions> = {}, pageSize = 10): Promise<void> {
    couch = await startCouch({ server: (await server).url, ...options });
    source = await openSource({ pageSize });
  }

  beforeEach(() => begin());
  afterEach(async () => {
    await source.close?.();
    await couch.close();
  });

  function openSource(more: object = {}): Promise<OpenSource> {
    const { url, database, username, password } = couch;
    return couchdb.open({ url, database, username, password, pageSize: 10, entities, ...more }, silentTools);
  }

  async function put(id: string, fields: Record<string, JsonValue>): Promise<void> {
    couch.desk.put(id, fields);
    await couch.desk.written();
  }

  async function remove(id: string): Promise<void> {
    couch.desk.remove(id);
    await couch.desk.written();
  }

  function changes(cursor: JsonValue | null, { waitMs = 0, entity = 'product', stop = signal } = {}): Promise<ChangesPage> {
    return source.changes(entity, cursor, { needs, signal: stop, overlapMs: 0, waitMs });
  }

  const fetch = (keys: readonly string[], entity = 'product') => source.fetch(entity, keys, { needs, signal });
  const list = async (entity: string) => (await source.keys(entity, null, { needs, signal, withRecords: true })).keys.map(({ key }) => key);

  it('names a deletion with its version, and what came back', async () => {
    await put('1', { type: 'product' });
    const { cursor } = await changes(null);
    await remove('1');
    const gone = await changes(cursor);
    expect(gone.changes).toEqual([{ key: '1', kind: 'deleted', version: { id: couch.desk.revOf('1'), order: 2, closed: true } }]);
    expect(await fetch(['1'])).toEqual({ records: [], absent: ['1'] });
    await put('1', { type: 'product' });
    const back = await changes(gone.cursor);
    expect(back.changes).toMatchObject([{ key: '1', kind: 'updated', version: { id: couch.desk.revOf('1') } }]);
    expect(await fetch(['1'])).toMatchObject({ records: [{ key: '1' }], absent: [] });
  });

  it('tells its entities apart, by field and by name, and leaves out what is the database’s own', async () => {
    const { cursor } = await changes(null);
    await put('1', { type: 'product' });
    await put('2', { type: ['product'] });
    await put('category:1', {});
    await put('_design/views', { type: 'product', views: {} });
    const keys = async (entity: string) => (await changes(cursor, { entity })).changes.map(({ key }) => key);
    expect([await keys('product'), await keys('category'), await keys('anything')]).toEqual([
      ['1'],
      ['category:1'],
      ['1', '2', 'category:1'],
    ]);
    expect([await list('product'), await list('category'), await list('anything')]).toEqual([
      ['1'],
      ['category:1'],
      ['1', '2', 'category:1'],
    ]);
    expect((await fetch(['1', '2', 'category:1', '_design/views'])).absent).toEqual(['2', 'category:1', '_design/views']);
    await expect(changes(null, { entity: 'order' })).rejects.toThrow(Misconfigured);
  });

  it('names a tombstone to every entity that may have had it: its fields are gone', async () => {
    await put('1', { type: 'product' });
    await put('category:1', {});
    const { cursor } = await changes(null);
    await remove('1');
    await remove('category:1');
    const keys = async (entity: string) => (await changes(cursor, { entity })).changes.map(({ key, kind }) => `${kind} ${key}`);
    expect(await keys('product')).toEqual(['deleted 1', 'deleted category:1']);
    expect(await keys('category')).toEqual(['deleted category:1']);
  });

  it('does not order the versions of a document with conflicts: an older branch may win', async () => {
    const leaf = (rev: string, deleted = false) => ({ _id: '1', type: 'product', _rev: rev, ...(deleted ? { _deleted: true } : {}) });
    const branches = async (...docs: readonly object[]) => {
      const address = `${(await server).url}/${couch.database}/_bulk_docs`;
      const body = JSON.stringify({ docs, new_edits: false });
      await globalThis.fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    };
    const version = async () => (await fetch(['1'])).records[0]?.version;
    const { cursor } = await changes(null);
    await branches(leaf('5-a'));
    expect(await version()).toEqual({ id: '5-a', order: 5, closed: true });
    await branches(leaf('3-b'));
    expect(await version()).toEqual({ id: '5-a', order: null, closed: true });
    expect((await changes(cursor)).changes).toMatchObject([{ key: '1', version: { id: '5-a', order: null } }]);
    await branches({ ...leaf('6-c', true), _revisions: { start: 6, ids: ['c', 'a'] } });
    expect(await version()).toEqual({ id: '3-b', order: 3, closed: true });
  });

  it('begins again at the beginning of a database that was made anew', async () => {
    await couch.close();
    await begin({ opaque: false });
    for (const id of ['1', '2', '3']) await put(id, { type: 'product' });
    const { cursor } = await changes(null);
    await couch.recreate();
    await put('new', { type: 'product' });
    const page = await changes(cursor);
    expect(page.changes).toMatchObject([{ key: 'new', kind: 'updated' }]);
    expect((await changes(page.cursor)).changes).toEqual([]);
  });

  it('begins again where the database says that it is another one, however far that has come', async () => {
    for (const id of ['1', '2']) await put(id, { type: 'product' });
    const { cursor } = await changes(null);
    const other = { ...(cursor as object), identity: 'another' } as JsonValue;
    expect((await changes(other)).changes.map(({ key }) => key)).toEqual(['1', '2']);
  });

  it('begins again where the server fails on the old sequence and on nothing else', async () => {
    await put('1', { type: 'product' });
    const { cursor } = await changes(null);
    const since = (cursor as { since: string }).since;
    const refuse = couch.onRequest(({ query }) => {
      if (query.get('since') === since) couch.faults.add({ kind: 'status', status: 500, body: { error: 'badarg' } });
    });
    const page = await changes(cursor);
    expect(page).toMatchObject({ changes: [], done: false, position: null });
    refuse();
    expect((await changes(page.cursor)).changes).toMatchObject([{ key: '1' }]);
  });

  it('takes a position back never, whatever the clock of the server does', async () => {
    const first = await changes(null);
    couch.advance(-3_600_000);
    const second = await changes(first.cursor);
    expect(second.position).toBe(first.position);
    couch.advance(7_200_000);
    expect((await changes(second.cursor)).position).toBeGreaterThan(Number(first.position));
  });

  it('goes by what the server says is pending, not by how full a page is', async () => {
    await put('1', { type: 'product' });
    const { cursor } = await changes(null);
    const half = { results: [{ seq: '7-1', id: 'a', changes: [{ rev: '1-a' }] }], last_seq: '7-1', pending: 3 };
    couch.faults.add({ kind: 'body', body: half, match: { path: /_changes/ } });
    expect(await changes(cursor)).toMatchObject({ changes: [{ key: 'a' }], done: false, position: null });
    couch.faults.add({ kind: 'body', body: { ...half, results: [] }, match: { path: /_changes/ } });
    await expect(changes(cursor)).rejects.toThrow(BadAnswer);
  });

  it('passes over rows that are none', async () => {
    const { cursor } = await changes(null);
    await put('1', { type: 'product' });
    const mend = couch.serves(['7', 'null', '{"id":7}', '{"id":"half \\ud800"}', '{"id":"x","doc":7}', '{"id":"y","value":{"rev":7}}']);
    expect((await changes(cursor)).changes).toEqual([
      { key: 'x', kind: 'updated', version: null },
      { key: 'y', kind: 'updated', version: null },
    ]);
    expect(await fetch(['1', 'x'])).toEqual({ records: [], absent: [] });
    mend();
  });

  it('shows only what the user may read, and says whose mistake it is', async () => {
    const wrong = await openSource({ password: 'canary-of-a-secret' });
    const said = await wrong.check(signal);
    expect(said).toMatchObject({ ok: false });
    const failure = await wrong.keys('product', null, { needs, signal, withRecords: false }).catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(Unauthorized);
    expect(`${JSON.stringify(said)} ${String(failure)}`).not.toContain('canary');
    const elsewhere = await openSource({ database: 'nowhere' });
    await expect(elsewhere.fetch('product', ['1'], { needs, signal })).rejects.toThrow(Misconfigured);
    const nobody = await openSource({ username: undefined, password: undefined });
    await expect(nobody.fetch('product', ['1'], { needs, signal })).rejects.toThrow(Unauthorized);
    const bearer = await openSource({ username: undefined, password: undefined, token: 'a-token' });
    await expect(bearer.fetch('product', ['1'], { needs, signal })).rejects.toThrow(Unauthorized);
    expect(couch.requests.at(-1)?.headers.authorization).toBe('Bearer a-token');
  });

  describe('waiting for a change', () => {
    const waiting = (more = 1) => {
      const seen = couch.requests.count(({ query }) => query.get('feed') === 'longpoll');
      return until(() => couch.requests.count(({ query }) => query.get('feed') === 'longpoll') >= seen + more);
    };

    it('answers as soon as one comes', async () => {
      const { cursor, position } = await changes(null);
      couch.advance(60_000);
      const came = waiting();
      const page = changes(cursor, { waitMs: 20_000 });
      await came;
      const began = performance.now();
      await put('1', { type: 'product' });
      const { changes: none, cursor: next, done, position: moved } = await page;
      expect([none, done]).toEqual([[], false]);
      expect(moved).toBeGreaterThan(Number(position));
      expect((await changes(next, { waitMs: 20_000 })).changes).toMatchObject([{ key: '1' }]);
      expect(performance.now() - began).toBeLessThan(5_000);
    });

    it('answers nothing where nothing comes for as long as was asked, and reads empty lines as none', async () => {
      const { cursor } = await changes(null);
      const isLong = couch.onRequest(({ query }) => {
        if (query.get('feed') !== 'longpoll') return;
        couch.faults.add({ kind: 'status', status: 200, body: '\n\n\n{"results":[\n\n],\n"last_seq":"0-1","pending":0}\n' });
      });
      expect(await changes(cursor, { waitMs: 100 })).toMatchObject({ changes: [], done: true });
      isLong();
      expect(couch.requests.at(-1)?.query.get('timeout')).toBe('100');
    });

    it('ends by itself where the server would wait for ever', async () => {
      const { cursor } = await changes(null);
      const began = performance.now();
      expect(await changes(cursor, { waitMs: 500 })).toMatchObject({ changes: [], done: true });
      expect(performance.now() - began).toBeLessThan(10_000);
    }, 20_000);

    it('ends when it is told to stop, and takes no place from who reads', async () => {
      await put('1', { type: 'product' });
      const { cursor } = await changes(null);
      const stop = new AbortController();
      const came = waiting(8);
      const feeds = Array.from({ length: 8 }, () =>
        changes(cursor, { waitMs: 25_000, stop: stop.signal }).catch((error: unknown) => error),
      );
      await came;
      const began = performance.now();
      expect((await fetch(['1'])).records).toHaveLength(1);
      stop.abort();
      for (const ended of await Promise.all(feeds)) expect(ended).toBeInstanceOf(ConnectorError);
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    it('fails where the line does, and leaves the cursor', async () => {
      const { cursor } = await changes(null);
      const off = couch.onRequest(({ query }) => {
        if (query.get('feed') === 'longpoll') couch.faults.add({ kind: 'lost-before' });
      });
      await expect(changes(cursor, { waitMs: 1_000 })).rejects.toThrow(Unavailable);
      off();
    });
  });
});

describe('a connection to couchdb', () => {
  const access = { url: 'http://couch', database: 'catalogue', entities: { product: {} } };
  const problems = (config: object) => couchdb.config.safeParse({ ...access, ...config }).error?.issues.map(({ path }) => path.join('.'));

  it('names its mistakes', () => {
    expect(problems({})).toBeUndefined();
    expect(problems({ username: 'a' })).toEqual(['password']);
    expect(problems({ username: 'a', password: 'b', token: 'c' })).toEqual(['token']);
    expect(problems({ database: 'UPPER' })).toEqual(['database']);
    expect(problems({ entities: { product: { prefx: 'a' } } })).toEqual(['entities.product']);
    expect(couchdb.entitiesOf?.(couchdb.config.parse({ ...access, entities: { product: {}, category: { prefix: 'c' } } }))).toEqual([
      'product',
      'category',
    ]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
