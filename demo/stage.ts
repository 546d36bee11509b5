import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/database/open-database.js';
import type { Sql } from '../src/database/sql.js';
import { silentLog } from '../src/logging/log.js';
import { startAkeneo, type Akeneo } from '../test/kit/akeneo/index.js';
import { catalogueJourney, type CatalogueJourney } from '../test/kit/catalogue-journey/index.js';
import { startMagento, type Magento } from '../test/kit/magento/index.js';

/** Everything the demo needs: a database of its own, a PIM, a shop, and the program between them. */
export interface Stage {
  readonly pim: Akeneo;
  readonly shop: Magento;
  readonly sql: Sql;
  readonly journey: CatalogueJourney;
  forgetRequests(): void;
  /** To the PIM without media files, to the shop those that write. */
  countRequests(): { readonly pim: number; readonly shop: number };
  close(): Promise<void>;
}

export async function openStage(catalog: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-demo-'));
  const closing: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const one of closing.reverse()) await one();
  };
  try {
    // A private one whatever DATABASE_URL says: the demo leaves nothing behind.
    const { database, close: closeDatabase } = await openDatabase({ databaseUrl: undefined, dataDir: folder, log: silentLog });
    closing.push(closeDatabase);
    const pim = await startAkeneo({ catalog });
    closing.push(() => pim.close());
    const shop = await startMagento();
    closing.push(() => shop.close());
    const journey = await catalogueJourney({ sql: database, pim, shop });
    closing.push(() => journey.close());
    return {
      pim,
      shop,
      sql: database,
      journey,
      forgetRequests: () => {
        pim.requests.clear();
        shop.requests.clear();
      },
      countRequests: () => ({
        pim: pim.requests.count(({ path }) => !path.includes('/media-files/')),
        shop: shop.requests.count(({ method }) => method !== 'GET'),
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
