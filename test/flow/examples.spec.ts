import { join } from 'node:path';
import { articles } from '../../examples/articles/index.js';
import { shelf } from '../../examples/shelf/index.js';
import { plain } from '../../examples/shelf/plain.js';
import { formatMistakes } from '../../src/config/format-mistakes.js';
import { loadProject } from '../../src/config/load-project.js';
import type { SourceDefinition, TargetDefinition } from '../../src/connectors/contract/index.js';
import { silentLog } from '../../src/logging/log.js';
import { listEntries } from '../../src/queue/sql/list-entries.js';
import { silentJourney } from '../../src/sync/journey.js';
import { openFiles } from '../../src/sync/open-files.js';
import type { OpenProject } from '../../src/sync/open-project.js';
import type { RunKind } from '../../src/sync/runs/run-log.js';
import { SyncService, type SyncResult } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { targetItem, writeCall } from '../kit/describe-target/index.js';
import { startArticlesPim, startShelfShop, type ArticlesPim, type ShelfShop } from '../kit/examples/index.js';
import { silentTools } from '../kit/silent-tools.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

describe('the example source and target, with their mapping', () => {
  let test: TestDatabase;
  let pim: ArticlesPim;
  let shop: ShelfShop;
  let project: OpenProject;

  beforeEach(async () => {
    test = await createTestDatabase();
    pim = await startArticlesPim();
    shop = await startShelfShop();
    // More than two pages; each refers to the one that comes after it, the last of a page to one of the next.
    for (let number = 1; number <= 250; number += 1)
      pim.put(id(number), {
        number: `N-${number}`,
        title: `Article ${number}`,
        price: number,
        related: number < 250 ? [id(number + 1)] : [],
      });
    pim.passTime(3_600_000);
    project = await open();
  });

  afterEach(async () => {
    await project.close();
    await Promise.all([pim.close(), shop.close()]);
    await test.drop();
  });

  const id = (number: number): string => `art/${String(number).padStart(3, '0')}, ä`;

  async function open(): Promise<OpenProject> {
    const loaded = await loadProject(join(repositoryRoot(), 'examples/mapping'), {
      env: {
        ARTICLES_URL: pim.url,
        ARTICLES_TOKEN: pim.token,
        ARTICLES_WEBHOOK_SECRET: pim.webhookSecret,
        SHELF_URL: shop.url,
        SHELF_TOKEN: shop.token,
      },
      sources: [articles as SourceDefinition],
      targets: [shelf as TargetDefinition],
    });
    if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
    const settings = { sql: test.database, leaseMs: 30_000, log: silentLog, journey: silentJourney };
    const opened = await openFiles(loaded.project, settings);
    if ('mistakes' in opened) throw new Error(formatMistakes(opened.mistakes));
    return opened.project;
  }

  function sync(kind: RunKind): Promise<SyncResult> {
    const signal = new AbortController().signal;
    return new SyncService(project).sync({ pipeline: 'products-shelf', kind, trigger: 'command', limit: null, signal });
  }

  /** What the shop must show: the PIM's articles, said in the shop's words. */
  function wanted(): Record<string, unknown> {
    const shopId = (article: string): string => `product:all:-:${article}`;
    return Object.fromEntries(
      [...pim.articles].map(([key, { number, title, price, related }]) => [
        shopId(key),
        {
          sku: number,
          name: title,
          ...(price === null ? {} : { price }),
          ...(related.length === 0 ? {} : { related: related.map(shopId) }),
        },
      ]),
    );
  }

  const shown = (): Record<string, unknown> =>
    Object.fromEntries([...shop.products].map(([key, { hidden, fields }]) => [key, hidden ? 'hidden' : fields]));

  it('bring every article over, then what changed and nothing else, then take down what is gone', async () => {
    expect(await sync('full')).toMatchObject({ state: 'completed', message: null, counts: { seen: 250, dead: 0 } });
    expect(shown()).toEqual(wanted());

    pim.put(id(7), { number: 'N-7', title: 'Another title', price: 7, related: [id(1)] });
    pim.put(id(8), { number: 'N-8', title: 'Article 8', price: null, related: [] });
    pim.put(id(251), { number: 'N-251', title: 'Article 251', price: 2.5, related: [id(7)] });
    pim.passTime(60_000);
    shop.requests.clear();
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { seen: 3, dead: 0 } });
    expect(shown()).toEqual(wanted());
    expect(new Set(shop.requests.map(({ path }) => decodeURIComponent(path)))).toEqual(
      new Set([7, 8, 251].map((number) => `/products/product:all:-:${id(number)}`)),
    );

    pim.remove(id(100));
    pim.passTime(60_000);
    expect(await sync('sweep')).toMatchObject({ state: 'completed', counts: { removed: 1 } });
    expect(shop.products.has(`product:all:-:${id(100)}`)).toBe(false);
    expect(shop.products.size).toBe(250);
  });

  it('carry on where the line broke, and the end is the same', async () => {
    pim.faults.add({ kind: 'status', status: 503, times: 2 });
    pim.faults.add({ kind: 'half', match: { method: 'GET' } });
    for (const kind of ['lost-after', 'lost-before', 'half'] as const) shop.faults.add({ kind, match: { method: 'PUT' } });
    expect(await sync('full')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    expect(shown()).toEqual(wanted());
  });

  it('end the run where the PIM is away, and go on there in the next', async () => {
    const away = pim.faults.add({ kind: 'status', status: 503, times: Infinity, match: { path: /^\/articles$/ } });
    expect(await sync('full')).toMatchObject({ state: 'failed', message: 'pim: the PIM answered 503' });
    away.remove();
    expect(await sync('full')).toMatchObject({ state: 'completed' });
    expect(shown()).toEqual(wanted());
  });

  it('end the run where the shop refuses the token, and count it against no article', async () => {
    const refused = shop.faults.add({ kind: 'status', status: 401, times: Infinity });
    const message = 'shop: the token was refused; check that it is complete and still active';
    expect(await sync('full')).toMatchObject({ state: 'failed', message, counts: { dead: 0 }, open: { leased: 0 } });
    refused.remove();
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    expect(shown()).toEqual(wanted());
  });

  it('say in a sentence which article the shop refused', async () => {
    pim.put(id(5), { number: 'N-5', title: 'Article 5', price: -5, related: [] });
    expect((await sync('full')).counts.dead).toBe(1);
    expect((await listEntries(test.database, { states: ['dead'] })).entries).toMatchObject([
      { key: id(5), errorCode: 'refused', errorField: 'price', errorMessage: 'a price is 0 or more' },
    ]);
    expect(shop.products.size).toBe(249);
  });
});

describe('the example source', () => {
  it('with a wrong token says what to do, and never the token', async () => {
    const pim = await startArticlesPim();
    const source = await articles.open({ url: pim.url, token: 'a-wrong-one' }, silentTools);
    const said = await source.check(new AbortController().signal);
    expect(said).toEqual({
      ok: false,
      problem: 'shop: the token was refused; check that it is complete and still active',
      advice: 'Compare url and token with the settings of the PIM.',
    });
    await source.close?.();
    await pim.close();
  });

  it('does not take a wrong address for a PIM without articles', async () => {
    const pim = await startArticlesPim();
    const source = await articles.open({ url: `${pim.url}/elsewhere`, token: pim.token }, silentTools);
    const options = { needs: { attributes: null, fields: [], locales: null, channels: null }, signal: new AbortController().signal };
    await expect(source.fetch('article', ['one'], options)).rejects.toThrow('the PIM answered 404');
    expect(await source.check(options.signal)).toMatchObject({ ok: false });
    await source.close?.();
    await pim.close();
  });
});

describe('the example target', () => {
  it('does not take a wrong address for a shop from which the product is gone', async () => {
    const shop = await startShelfShop();
    const target = await shelf.open({ url: `${shop.url}/elsewhere`, token: shop.token }, silentTools);
    const item = { ...targetItem('product:all:-:1', {}), operation: 'delete' as const };
    expect(await target.write([item], writeCall())).toMatchObject([{ kind: 'unknown' }]);
    await target.close?.();
    await shop.close();
  });

  it('sends references as ids of the shop, options as labels, files as names', () => {
    const call = writeCall({ resolve: ({ key }) => (key === 'there' ? '77' : undefined) });
    const reference = (key: string) => ({ $ref: { pipeline: 'p', key, strength: 'weak' } });
    expect(plain([reference('there'), reference('nowhere'), 'text', 0], call)).toEqual(['77', 'text', 0]);
    const option = { $option: { attribute: 'color', label: 'Red', labels: {} } };
    expect(plain({ color: option, picture: { $asset: { code: 'a/b', name: 'b.png' } } }, call)).toEqual({ color: 'Red', picture: 'b.png' });
  });
});
