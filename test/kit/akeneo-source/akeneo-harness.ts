import { rm } from 'node:fs/promises';
import { akeneo } from '../../../src/connectors/sources/akeneo/index.js';
import { startAkeneo } from '../akeneo/index.js';
import type { Akeneo } from '../akeneo/index.js';
import { readCatalog, writeSmallCatalog } from '../catalog/index.js';
import type { SourceHarness } from '../describe-source/index.js';
import { silentTools } from '../silent-tools.js';
import type { AkeneoRecords } from './akeneo-records.js';

export interface AkeneoEntity {
  readonly name: string;
  /** Where its records are read: its listing and what lies below. */
  readonly path: RegExp;
  readonly attributes: readonly string[];
  records(pim: Akeneo): AkeneoRecords;
}

const catalog = writeSmallCatalog().then(async (folder) => {
  const read = await readCatalog(folder);
  await rm(folder, { recursive: true });
  return read;
});

/** An Akeneo with the small catalogue, seen as records of one of its entities. */
export async function akeneoHarness(entity: AkeneoEntity): Promise<SourceHarness> {
  const pim = await startAkeneo({ catalog: await catalog });
  const started = pim.now();
  pim.setClock(() => started);
  const records = entity.records(pim);
  const config = akeneo.config.parse({ url: pim.url, ...pim.credentials });
  return {
    open: () => akeneo.open(config, silentTools),
    entity: entity.name,
    needs: { attributes: entity.attributes, fields: [], locales: null, channels: null },
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
    close: () => pim.close(),
  };
}
