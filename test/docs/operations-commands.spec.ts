import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { compareShops, expectedShop, readPim, readShop } from '../kit/agreement/index.js';
import { bundledCatalogFolder } from '../kit/catalog/index.js';
import { environment } from '../kit/catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';
import { markdownFiles, shownCommands, type ShownCommand } from '../kit/markdown/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const root = repositoryRoot();
const page = markdownFiles().find(({ path }) => path === 'docs/operations.md');

/** What stands in the blocks of the page, in its order; not what a reader must complete first. */
const commands = page ? shownCommands({ ...page, codes: [] }).filter(({ words }) => !words.some((word) => /^[A-Z]+$/.test(word))) : [];
const isProgram = ({ words }: ShownCommand): boolean => words[0] === 'npx' && words[1] === 'pim2shop';

const credentials = { clientId: 'client-7f3a', secret: 'secret-91bc', username: 'user-4d', password: 'password-e0f2' };

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;

beforeAll(async () => {
  test = await createTestDatabase();
  pim = await startAkeneo({ catalog: bundledCatalogFolder(), credentials });
  shop = await startMagento();
});

afterAll(async () => {
  shop.contract.expectNoViolations();
  await Promise.all([pim.close(), shop.close()]);
  await test.drop();
});

const mappings = ['--mappings', 'mappings/akeneo-to-magento'];

async function run(
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, ...environment(pim, shop), DATABASE_URL: test.url, ...more };
  const child = spawn(process.execPath, [join(root, 'dist/src/cli.js'), ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, out, err };
}

async function differences(): Promise<readonly string[]> {
  return compareShops(expectedShop(await readPim({ url: pim.url, ...pim.credentials })), await readShop(shop.url, shop.token)).differences;
}

/** What must be so after a command; before it, somebody may have done something. */
interface Step {
  readonly before?: () => void | Promise<void>;
  readonly after?: (out: string) => void | Promise<void>;
}

const writes = (): number => shop.requests.count(({ method }) => method !== 'GET');
const simple = (index: number) => {
  const found = pim.state.sorted.products.filter(({ parent, enabled }) => parent === null && enabled)[index];
  if (!found) throw new Error('the catalogue has too few products');
  return found.identifier;
};
const agreed = async (): Promise<void> => expect(await differences()).toEqual([]);

/** Requests that the shop had before the first dry run. */
let asked = 0;

/** By what a command holds; the first that fits. */
const steps: readonly (readonly [RegExp, Step])[] = [
  [
    / status$/,
    {
      after: (out) => {
        const columns = (out.split('\n')[1] ?? '')
          .split('│')
          .slice(1, -1)
          .map((cell) => cell.trim());
        expect(columns).toHaveLength(6);
        // Each has its row in the table of the page.
        for (const column of columns) expect([column, page?.text.includes(`\n| ${column} `)]).toEqual([column, true]);
      },
    },
  ],
  [/ validate /, { after: () => expect([pim.requests.length, shop.requests.length]).toEqual([0, 0]) }],
  [
    /connections check/,
    {
      after: (out) => {
        expect(out).toMatch(/^works +pim \(akeneo\): .* \[7\.0\.40 CE, .*\nworks +shop \(magento2\): /);
        asked = shop.requests.length;
      },
    },
  ],
  [
    /--dry-run/,
    {
      after: (out) => {
        expect(out).toContain('nothing was sent');
        expect(shop.requests).toHaveLength(asked);
      },
    },
  ],
  [
    / why /,
    {
      after: (out) => {
        expect(out).toContain('the shop has it as the PIM does');
        expect(out).toContain(`${pim.url}/#/enrich/product/`);
      },
    },
  ],
  [/mapping preview/, { after: (out) => expect(out).toMatch(/LAMP-18 \(.*\n {2}record\n[^]*document product:all:[^]*unchanged/) }],
  [/--limit 10 /, { after: (out) => expect(out).toContain('10 seen') }],
  [/ --json /, { after: (out) => expect(JSON.parse(out)).toMatchObject({ state: 'completed', counts: { dead: 0, held: 0 } }) }],
  [
    /--sweep/,
    {
      before: () => pim.people.remove(simple(1)),
      after: async (out) => {
        expect(out).toContain('1 removed');
        await agreed();
      },
    },
  ],
  [
    /sync products-magento --mappings/,
    {
      before: () => {
        pim.people.disable(simple(2));
        pim.advance(600_000);
      },
      after: async (out) => {
        expect(out).toContain('1 removed');
        await agreed();
      },
    },
  ],
  [
    /^psql /,
    {
      before: () => {
        for (const index of [3, 4]) shop.people.saveProduct({ sku: simple(index), name: 'changed in the shop' });
      },
    },
  ],
];

describe('the commands of docs/operations.md, one after the other', () => {
  it('bring a catalogue over, follow it, and win it back from a shop that was changed', async () => {
    for (const command of commands) {
      const step = steps.find(([pattern]) => pattern.test(command.text))?.[1];
      await step?.before?.();
      if (command.words[0] === 'psql') await test.database.query(command.words.at(-1) ?? '');
      if (!isProgram(command)) continue;
      const { code, out, err } = await run(command.words.slice(2));
      expect([command.text, code, err]).toEqual([command.text, 0, '']);
      await step?.after?.(out);
    }
    await agreed();
    expect(writes()).toBeGreaterThan(200);
  }, 180_000);

  it('are all of what the page shows but what needs Docker or the system', () => {
    const others = commands.filter((command) => !isProgram(command) && command.words.length > 0).map(({ words }) => words[0]);
    expect(new Set(others)).toEqual(new Set(['psql', 'createdb', 'cp', 'docker']));
    expect(commands.filter(isProgram).length).toBeGreaterThan(15);
  });
});

describe('what docs/operations.md says of', () => {
  it('a product that somebody deleted in the shop: marked as uncertain, a full sync makes it anew', async () => {
    const mark = commands.find(({ words }) => words[0] === 'psql')?.words.at(-1) ?? '';
    shop.people.deleteProduct(simple(5));
    await test.database.query(mark);
    expect((await run(['sync', 'products-magento', '--full', ...mappings])).code).toBe(0);
    await agreed();
  }, 60_000);

  it('removals that are too many: held with exit code 3, shown, and gone once a person lets them go', async () => {
    const doomed = Array.from({ length: 15 }, (_, index) => simple(index));
    for (const sku of doomed) pim.people.remove(sku);
    const sweep = ['sync', 'products-magento', '--sweep'];
    expect(await run([...sweep, '--dry-run', ...mappings])).toMatchObject({
      code: 3,
      out: expect.stringContaining('would be held') as string,
    });
    expect(await run([...sweep, ...mappings])).toMatchObject({
      code: 3,
      out: expect.stringContaining('15 removals are held for a person') as string,
    });
    expect((await run(['status'])).out).toContain('15 held');
    const [held] = JSON.parse((await run(['queue', 'held', '--json'])).out) as { id: number; removals: number; pipeline: string }[];
    expect(held).toMatchObject({ pipeline: 'products-magento', removals: 15 });
    const release = ['queue', 'release', String(held?.id)];
    expect(await run([...release, '--expect', '14'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('holds 15 removals by now') as string,
    });

    expect((await run([...release, '--expect', '15'])).out).toContain('15 removals are let go');
    expect(await run(['sync', 'products-magento', '--until-empty', ...mappings])).toMatchObject({
      code: 0,
      out: expect.stringContaining('15 removed') as string,
    });
    expect((await run(['status'])).out).not.toContain('held');
    await agreed();
  }, 60_000);

  it('credentials that changed: exit code 1, whose they are, and nothing counted', async () => {
    pim.people.disable(simple(0));
    pim.advance(600_000);
    const { code, out } = await run(['sync', 'products-magento', ...mappings], { MAGENTO_TOKEN: 'an-old-one' });
    expect([code, out]).toEqual([1, expect.stringContaining('shop: the token was refused')]);
    const { entries } = JSON.parse((await run(['queue', '--json'])).out) as { entries: { attempts: number }[] };
    expect(entries.filter(({ attempts }) => attempts > 0)).toEqual([]);
    expect((await run(['sync', 'products-magento', ...mappings])).code).toBe(0);
    await agreed();
  }, 60_000);

  it('two that read the same feed at once: exit code 1 for the second, after a lease', async () => {
    pim.people.touch(simple(1));
    pim.advance(600_000);
    await test.database.query(
      `UPDATE feed_cursor SET leased_by = 'another', lease_token = 1, leased_until = now() + interval '1 minute' WHERE feed = 'pim/product'`,
    );
    const { code, out } = await run(['sync', 'products-magento', ...mappings], { PIM2SHOP_LEASE: '1000' });
    expect([code, out]).toEqual([1, expect.stringContaining('another process is reading this feed now')]);
    await test.database.query(`UPDATE feed_cursor SET leased_by = NULL, lease_token = NULL, leased_until = NULL`);
  }, 60_000);

  it('a shop that was down: it is waited for, and nothing is said of a secret', async () => {
    pim.people.edit(simple(1), { meta_title: [{ locale: 'en_US', scope: null, data: 'While the shop was down' }] });
    pim.advance(600_000);
    const down = ['POST', 'PUT'].map((method) => shop.faults.add({ kind: 'status', status: 503, match: { method } }));
    const { code, out, err } = await run(['sync', 'products-magento', ...mappings], { PIM2SHOP_LOG_LEVEL: 'debug' });
    expect(down.reduce((sum, { struck }) => sum + struck, 0)).toBeGreaterThan(0);
    shop.faults.clear();
    expect([code, out]).toEqual([0, expect.stringContaining('0 dead')]);
    await agreed();
    for (const secret of [credentials.secret, credentials.password, shop.token])
      expect([secret, out.includes(secret), err.includes(secret)]).toEqual([secret, false, false]);
  }, 60_000);

  it('wrong use: exit code 2', async () => {
    expect((await run(['sync'])).code).toBe(2);
  });
});
