import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentJourney, type Journey } from '../../../src/sync/journey.js';
import type { RunKind } from '../../../src/sync/runs/run-log.js';
import type { SyncResult } from '../../../src/sync/sync-service.js';
import { startAkeneo, type Akeneo } from '../akeneo/index.js';
import { readShop } from '../agreement/index.js';
import type { ShopProduct } from '../agreement/shop-state.js';
import { readCatalog, writeSmallCatalog } from '../catalog/index.js';
import { catalogueJourney, type CatalogueJourney } from '../catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { startMagento, type Magento } from '../magento/index.js';
import { repositoryRoot } from '../stand-in/index.js';

/** The small catalogue between a stand-in Akeneo and a stand-in Magento, by the project's own mapping. */
export interface SmallJourney {
  readonly pim: Akeneo;
  readonly shop: Magento;
  readonly test: TestDatabase;
  /** One pass of all pipelines. The PIM's clock goes on so far that every edit's second is over. */
  pass(kind: RunKind): Promise<SyncResult[]>;
  /** What the shop shows of a product; undefined where it has none. */
  product(sku: string): Promise<ShopProduct | undefined>;
  /** SKUs, in lower case, that were written or deleted since this was asked last. */
  written(): string[];
  /** Ends the program and starts it anew, with the mapping files changed so. */
  reopen(edit?: (text: string) => string): Promise<void>;
  close(): Promise<void>;
}

/** `edit` changes the text of every pipeline file. Mugs have materials here. */
export async function smallJourney(
  edit: (text: string) => string = (text) => text,
  journey: Journey = silentJourney,
): Promise<SmallJourney> {
  const [test, folder] = await Promise.all([createTestDatabase(), writeSmallCatalog()]);
  const [pim, shop] = await Promise.all([startAkeneo({ catalog: await readCatalog(folder) }), startMagento()]);
  await rm(folder, { recursive: true });
  pim.designers.editFamily('mugs', { attributes: ['sku', 'name', 'weight', 'materials'] });
  const mappings = await mkdtemp(join(tmpdir(), 'pim2shop-mappings-'));
  const opening = async (change: (text: string) => string): Promise<CatalogueJourney> => {
    await cp(join(repositoryRoot(), 'mappings/akeneo-to-magento'), mappings, { recursive: true });
    for (const name of await readdir(mappings)) {
      if (!name.endsWith('.yaml') || name === 'connections.yaml') continue;
      const text = await readFile(join(mappings, name), 'utf8');
      // Only the channel `shop` has both languages.
      await writeFile(join(mappings, name), change(text.replace('channel: print', 'channel: shop')));
    }
    return catalogueJourney({ sql: test.database, pim, shop, mappings, leaseMs: 5_000, journey });
  };
  let on = await opening(edit);
  const later = (): void => {
    const now = pim.now() + 600_000;
    pim.setClock(() => now);
  };
  return {
    pim,
    shop,
    test,
    async pass(kind) {
      later();
      return on.pass(kind);
    },
    product: async (sku) => (await readShop(shop.url, shop.token)).products.get(sku),
    written() {
      const requests = shop.requests.filter(
        ({ method, path }) => method !== 'GET' && path.includes('/products') && !path.includes('/attributes'),
      );
      const skus = requests.map(({ path, body }) => (body as { product?: { sku?: string } } | undefined)?.product?.sku ?? path);
      shop.requests.clear();
      return [...new Set(skus.map((sku) => sku.toLowerCase()))].sort();
    },
    async reopen(change = edit) {
      await on.close();
      on = await opening(change);
    },
    async close() {
      await on.close();
      await Promise.all([pim.close(), shop.close(), rm(mappings, { recursive: true })]);
      await test.drop();
    },
  };
}

/** Has products and models hear of what changes beside them. */
export const hearing = (text: string): string =>
  text.includes('entity: category }')
    ? text
    : text.replace('\ndelta:', '\nrelated: [{ entity: family, from: family }, { entity: attribute-option, from: options }]\ndelta:');
