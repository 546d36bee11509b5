import { createHash } from 'node:crypto';
import type { OpenSource } from '../../../src/connectors/contract/index.js';
import { couchdb } from '../../../src/connectors/sources/couchdb/index.js';
import { standInLine, type HttpSourceHarness } from '../describe-source/index.js';
import { silentTools } from '../silent-tools.js';
import { startCouch } from './couch.js';

export interface CouchEntity {
  readonly entity: { readonly prefix?: string; readonly where?: Readonly<Record<string, string>> };
  /** The `_id` of the document of this number, and its fields. */
  readonly id: (name: string) => string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A database in which the records of one entity stand among others. */
export async function couchHarness({ entity, id, fields }: CouchEntity, server: string): Promise<HttpSourceHarness> {
  const couch = await startCouch({ server });
  const { desk, url, database, username, password } = couch;
  const pageSize = 10;
  const config = { url, database, username, password, pageSize, entities: { product: entity } };
  const keys = new Set<string>();
  let added = 0;
  const name = () =>
    createHash('sha1')
      .update(String((added += 1)))
      .digest('hex');
  const others = () => desk.put(`other-${name()}`, { type: 'order', text: 'not asked for' });
  desk.put('_design/views', { views: {} });
  others();
  return {
    open: async () => afterWriting(await couchdb.open(config, silentTools), () => desk.written()),
    entity: 'product',
    needs: { attributes: null, fields: [], locales: null, channels: null },
    pageSize,
    maxKeys: couchdb.limits.maxKeys,
    concurrency: couchdb.limits.concurrency,
    sequence: true,
    clock: { now: couch.now, advance: couch.advance },
    keys: () => [...keys],
    add: (text) => {
      const key = id(name());
      if (added % 3 === 0) others();
      desk.put(key, { ...fields, text });
      keys.add(key);
      return key;
    },
    edit: (key, text) => desk.put(key, { ...fields, text }),
    editLate: (key, text) => desk.put(key, { ...fields, text }),
    remove: (key) => {
      desk.remove(key);
      keys.delete(key);
    },
    textOf: ({ fields: { text } }) => (typeof text === 'string' ? text : null),
    expireCursors: couch.expireSequences,
    fail: () => {
      // Beyond what the client waits for by itself.
      const headers = { 'retry-after': '600' };
      return couch.faults.add({ kind: 'status', status: 503, headers, times: Infinity }).remove;
    },
    line: standInLine(couch, { records: /^\/catalogue/, 'sign-in': /^\/nowhere/ }),
    // A row of `_changes` and of `_all_docs` in one.
    item: (key, text) =>
      `{"id":${key},"key":${key},"seq":1,"changes":[{"rev":"1-a"}],"value":{"rev":"1-a"},"doc":{"_id":${key},"_rev":"1-a","text":${text}}}`,
    serves: couch.serves,
    close: () => couch.close(),
  };
}

/** The battery writes without waiting; what it has written must be in before the source looks. */
function afterWriting(source: OpenSource, written: () => Promise<void>): OpenSource {
  return {
    check: (signal) => source.check(signal),
    changes: async (...asked) => {
      await written();
      return source.changes(...asked);
    },
    keys: async (...asked) => {
      await written();
      return source.keys(...asked);
    },
    fetch: async (...asked) => {
      await written();
      return source.fetch(...asked);
    },
    close: async () => source.close?.(),
  };
}
