import { rm } from 'node:fs/promises';
import { akeneo } from '../../../src/connectors/sources/akeneo/index.js';
import { startAkeneo } from '../akeneo/index.js';
import type { Akeneo } from '../akeneo/index.js';
import { readCatalog, writeSmallCatalog } from '../catalog/index.js';
import { standInLine } from '../describe-source/index.js';
import type { NeedsHarness, SignInHarness } from '../describe-source/index.js';
import { silentTools } from '../silent-tools.js';
import type { AkeneoRecords } from './akeneo-records.js';

export interface AkeneoEntity {
  readonly name: string;
  /** Where its records are read: its listing and what lies below. */
  readonly path: RegExp;
  /** Those asked for; null: all. */
  readonly attributes: readonly string[] | null;
  records(pim: Akeneo): AkeneoRecords;
}

const catalog = writeSmallCatalog().then(async (folder) => {
  const read = await readCatalog(folder);
  await rm(folder, { recursive: true });
  return read;
});

/** An Akeneo with the small catalogue, seen as records of one of its entities. */
export async function akeneoHarness(entity: AkeneoEntity): Promise<SignInHarness & NeedsHarness> {
  const pim = await startAkeneo({ catalog: await catalog });
  const started = pim.now();
  pim.setClock(() => started);
  const records = entity.records(pim);
  const config = { url: pim.url, ...pim.credentials, timeZone: 'UTC' };
  return {
    open: () => akeneo.open(config, silentTools),
    entity: entity.name,
    needs: { attributes: entity.attributes, fields: [], locales: null, channels: null },
    less: { attributes: ['name', 'description'], fields: [], locales: ['en_US'], channels: ['print'] },
    beyond: ({ values }) =>
      Object.entries(values).flatMap(([code, list]) =>
        list.flatMap(({ locale, channel }) => {
          const asked = ['sku', 'name', 'description'].includes(code) && locale !== 'de_DE' && channel !== 'shop';
          return asked ? [] : [`${code} ${locale} ${channel}`];
        }),
      ),
    pageSize: 100,
    maxKeys: akeneo.limits.maxKeys,
    clock: { now: () => pim.now(), advance: (ms) => pim.advance(ms) },
    ...records,
    editLate: (key, text, stamp) => {
      records.edit(key, text);
      records.stamp(key, stamp);
    },
    expireCursors: () => pim.expirePositions(),
    fail: () => {
      // Beyond what the client waits for by itself.
      const headers = { 'retry-after': '600' };
      const fault = pim.faults.add({ match: { path: entity.path }, kind: 'status', status: 503, headers, times: Infinity });
      return () => fault.remove();
    },
    line: standInLine(pim.server, { records: entity.path, 'sign-in': /\/oauth\// }),
    wrongSecret: 'canary-of-a-secret',
    openRefused: () => akeneo.open({ ...config, secret: 'canary-of-a-secret' }, silentTools),
    expireToken: () => pim.tokens.expire(),
    tokens: () => pim.tokens.granted.password + pim.tokens.granted.refresh_token,
    concurrency: akeneo.limits.concurrency,
    serves: (items) => {
      const body = `{"_links":{},"_embedded":{"items":[${items.join(',')}]}}`;
      const headers = { 'content-type': 'application/json' };
      // The listing, not what lies below it.
      const match = { path: new RegExp(`${entity.path.source}$`) };
      const fault = pim.faults.add({ match, kind: 'body', status: 200, headers, body, times: Infinity });
      return () => fault.remove();
    },
    close: () => pim.close(),
  };
}
