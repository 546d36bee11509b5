import { pimcore } from '../../../src/connectors/sources/pimcore/index.js';
import type { OpenSource, SourceRecord } from '../../../src/connectors/contract/index.js';
import { standInLine } from '../describe-source/index.js';
import type { HttpSourceHarness, NeedsHarness, SourceHarness } from '../describe-source/index.js';
import { startPimcore, type Pimcore } from '../pimcore/index.js';
import { silentTools } from '../silent-tools.js';

const value = { type: 'value' };

/** The configuration of a connection to a stand-in; `more` replaces parts of it. */
export function pimcoreConfig(pim: Pick<Pimcore, 'url' | 'apiKey' | 'version'>, more: object = {}) {
  return pimcore.config.parse({
    url: pim.url,
    apiKey: pim.apiKey,
    version: pim.version,
    entities: {
      car: {
        class: 'Car',
        inherits: true,
        fields: { sku: value, price: value, name: { localized: true }, description: { localized: true } },
      },
    },
    ...more,
  });
}

export function openPimcore(pim: Pimcore, more: object = {}): Promise<OpenSource> {
  return pimcore.open(pimcoreConfig(pim, more) as never, silentTools);
}

/** A Pimcore with cars that show one text. */
export async function pimcoreHarness(version: 10 | 11 | 12): Promise<HttpSourceHarness & NeedsHarness> {
  const pim = await startPimcore({ version, cars: 3 });
  const texts = (text: string) => ({ name: { en: text, de: `${text} (de)` }, description: { en: 'long' } });
  const path = /graphql/;
  let hostile = 2_000_000;
  return {
    open: () => openPimcore(pim),
    entity: 'car',
    needs: { attributes: ['name', 'description'], fields: ['key'], locales: ['en', 'de'], channels: null },
    less: { attributes: ['name'], fields: [], locales: ['en'], channels: null },
    beyond: ({ values, fields }) => [
      ...Object.keys(fields),
      ...Object.entries(values).flatMap(([code, list]) =>
        list.flatMap(({ locale }) => (code === 'name' && locale === 'en' ? [] : [`${code} ${locale}`])),
      ),
    ],
    pageSize: 100,
    maxKeys: pimcore.limits.maxKeys,
    concurrency: pimcore.limits.concurrency,
    clock: { now: () => pim.now(), advance: (ms) => pim.advance(ms) },
    keys: () => pim.state.ofClass('Car').map(({ id }) => String(id)),
    add: (text) => String(pim.people.add({ localized: texts(text) }).id),
    edit: (key, text) => pim.people.edit(Number(key), { localized: texts(text) }),
    editLate: (key, text, stamp) => {
      pim.people.edit(Number(key), { localized: texts(text) });
      pim.people.stamp(Number(key), stamp);
    },
    remove: (key) => pim.people.remove(Number(key)),
    textOf: nameOf,
    // A cursor is an id and a time: there is nothing that Pimcore could forget.
    expireCursors: () => undefined,
    fail: () => {
      const fault = pim.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '600' }, times: Infinity });
      return () => fault.remove();
    },
    line: standInLine(pim.server, { records: path, 'sign-in': /^\/nowhere/ }),
    hostileKey: () => String((hostile += 1)),
    item: (key, text) =>
      `{"id":${key},"modificationDate":1760000000,"published":true,"fullpath":"/x","parent":null,"key":"x","v0_0":${text},"v0_1":null,"v1_0":null,"v1_1":null}`,
    serves: (items) => {
      const edges = items.map((item) => `{"cursor":"x","node":${item}}`).join(',');
      const body = `{"data":{"listing":{"totalCount":${items.length},"edges":[${edges}]}}}`;
      const fault = pim.faults.add({
        match: { path },
        kind: 'body',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body,
        times: Infinity,
      });
      return () => fault.remove();
    },
    close: () => pim.close(),
  };
}

/** A Pimcore with files in folders, whose names are their texts. */
export async function assetHarness(version: 10 | 11 | 12): Promise<SourceHarness> {
  const pim = await startPimcore({ version });
  const asset = (key: string) => {
    const found = pim.state.assets.get(Number(key));
    if (found === undefined) throw new Error(`the PIM has no asset ${key}`);
    return found;
  };
  const add = (text: string) => {
    // Every second row is a folder.
    pim.people.addAssetFolder(`/of ${text}`);
    return String(pim.people.addAsset(`/of ${text}/${text}`, Buffer.from('bytes')).id);
  };
  for (const text of ['one', 'two', 'three']) add(text);
  return {
    open: () => openPimcore(pim),
    entity: 'asset',
    needs: { attributes: [], fields: ['filename', 'filesize'], locales: null, channels: null },
    pageSize: 100,
    maxKeys: pimcore.limits.maxKeys,
    clock: { now: () => pim.now(), advance: (ms) => pim.advance(ms) },
    keys: () => [...pim.state.assets.keys()].map(String),
    provesAbsence: false,
    add,
    edit: (key, text) => pim.people.moveAsset(asset(key), `/${text}`),
    editLate: (key, text, stamp) => {
      pim.people.moveAsset(asset(key), `/${text}`);
      asset(key).modificationDate = Math.floor(stamp / 1000);
    },
    remove: (key) => pim.people.removeAsset(asset(key)),
    textOf: ({ fields }) => (typeof fields.filename === 'string' ? fields.filename : null),
    expireCursors: () => undefined,
    fail: () => {
      const fault = pim.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '600' }, times: Infinity });
      return () => fault.remove();
    },
    close: () => pim.close(),
  };
}

function nameOf({ values }: SourceRecord): string | null {
  const data = values.name?.find(({ locale }) => locale === 'en')?.data;
  return typeof data === 'string' ? data : null;
}
