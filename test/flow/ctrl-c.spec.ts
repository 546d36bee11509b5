import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { compareShops, expectedShop, readPim, readShop } from '../kit/agreement/index.js';
import { bundledCatalogFolder, readCatalog } from '../kit/catalog/index.js';
import { environment } from '../kit/catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = await startAkeneo({ catalog: await readCatalog(bundledCatalogFolder()) });
  shop = await startMagento();
});

afterEach(async () => {
  shop.contract.expectNoViolations();
  await Promise.all([pim.close(), shop.close()]);
  await test.drop();
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly result: { readonly state?: string };
}

/** `pim2shop sync … --full --json`; `interrupt` is called with a way to press Ctrl-C. */
function sync(pipeline: string, interrupt: (press: () => void) => void = () => undefined): Promise<Ended> {
  const child = spawn(process.execPath, [join(repositoryRoot(), 'dist/src/cli.js'), 'sync', pipeline, '--full', '--json'], {
    cwd: repositoryRoot(),
    env: { ...process.env, ...environment(pim, shop), DATABASE_URL: test.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  interrupt(() => void child.kill('SIGINT'));
  return new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, result: text === '' ? {} : (JSON.parse(text) as Ended['result']) })),
  );
}

describe('Ctrl-C during a sync', () => {
  it('finishes what is in flight, says that it was cancelled, and loses nothing', async () => {
    await sync('categories-magento');
    const slow = shop.faults.add({ kind: 'delay', delayMs: 10, times: Infinity });
    const before = shop.state.productCount;
    const cancelled = await sync('product-models-magento', (press) => {
      const unsubscribe = shop.server.onAnswer(() => {
        if (shop.state.productCount < before + 3) return;
        unsubscribe();
        press();
      });
    });
    slow.remove();
    expect(cancelled).toMatchObject({ code: 1, signal: null, result: { state: 'cancelled' } });
    expect(await test.database.query(`SELECT 1 FROM queue_entry WHERE state = 'leased'`)).toEqual([]);
    expect(await test.database.query('SELECT 1 FROM mirror_document WHERE in_doubt')).toEqual([]);
    for (const pipeline of ['product-models-magento', 'products-magento']) expect(await sync(pipeline)).toMatchObject({ code: 0 });
    const expected = expectedShop(await readPim({ url: pim.url, ...pim.credentials }));
    expect(compareShops(expected, await readShop(shop.url, shop.token)).differences).toEqual([]);
  }, 120_000);
});
