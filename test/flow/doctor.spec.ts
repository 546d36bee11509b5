import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { alertsFile } from '../../src/alerts/file/alerts-file.js';
import { rules } from '../../src/alerts/rules/index.js';
import { loadProject } from '../../src/config/load-project.js';
import { sources } from '../../src/connectors/sources/index.js';
import { targets } from '../../src/connectors/targets/index.js';
import { diagnose, type Diagnosis } from '../../src/doctor/diagnose.js';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { startApi } from '../kit/api/index.js';
import { bundledCatalogFolder } from '../kit/catalog/index.js';
import { environment } from '../kit/catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const connectors = { sources, targets, beside: [alertsFile] };
const example = join(repositoryRoot(), 'mappings/akeneo-to-magento');
const credentials = { clientId: 'client-7f3a', secret: 'secret-91bc', username: 'user-4d', password: 'password-e0f2' };

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;
let folder: string;

beforeAll(async () => {
  test = await createTestDatabase();
  [pim, shop] = [await startAkeneo({ catalog: bundledCatalogFolder(), credentials }), await startMagento()];
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-doctor-'));
});
afterAll(async () => {
  await Promise.all([pim.close(), shop.close(), rm(folder, { recursive: true })]);
  await test.drop();
});

const well = (): NodeJS.ProcessEnv => ({
  ...environment(pim, shop),
  DATABASE_URL: test.url,
  PIM2SHOP_LOG_DIR: join(folder, 'logs'),
  // Other suites start the service where this one looks.
  PIM2SHOP_DATA: join(folder, 'data'),
  PIM2SHOP_MAPPINGS: example,
});

const look = (env: NodeJS.ProcessEnv, mappings?: string): Promise<Diagnosis> => diagnose({ env, connectors, mappings, limitMs: 5_000 });

/** What is not well, as `state check: says`. */
const complaints = ({ findings }: Diagnosis): string[] =>
  findings.filter(({ state }) => state !== 'ok').map(({ check, state, says }) => `${state} ${check}: ${says}`);

/** The example with something replaced in one of its files. */
async function mended(file: string, from: string | RegExp, to: string): Promise<string> {
  const copy = await mkdtemp(join(folder, 'mappings-'));
  await cp(example, copy, { recursive: true });
  const text = await readFile(join(copy, file), 'utf8');
  expect(text).toMatch(from);
  await writeFile(join(copy, file), text.replace(from, to));
  return copy;
}

describe('the doctor', () => {
  it('has looked at everything where nothing is wrong', async () => {
    const diagnosis = await look({ ...well(), PIM2SHOP_ADMIN_KEY: 'k'.repeat(40) });
    expect(complaints(diagnosis)).toEqual([]);
    expect(diagnosis).toMatchObject({ well: true, environment: 'development' });
    expect([...new Set(diagnosis.findings.map(({ check }) => check))]).toEqual([
      ...['settings', 'log folder', 'disk', 'database', 'database clock', 'migrations', 'keys', 'mappings'],
      ...['connection pim', 'connection shop', 'mapping categories-magento', 'mapping product-models-magento', 'mapping products-magento'],
    ]);
  });

  it('goes on after whatever is wrong, tells all of it in one list, and no secret', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const diagnosis = await look({
      ...well(),
      PORT: 'http',
      PIM2SHOP_LOGDIR: '/logs',
      PIM2SHOP_LOG_DIR: join(file, 'logs'),
      PIM2SHOP_LOG_LEVEL: 'debug',
      PIM2SHOP_ENVIRONMENT: 'production',
      DATABASE_URL: 'postgresql://someone:very-secret-word@127.0.0.1:1/x',
      AKENEO_URL: 'http://127.0.0.1:1',
      MAGENTO_TOKEN: 'an-old-token',
    });
    expect(diagnosis.well).toBe(false);
    expect(complaints(diagnosis)).toEqual([
      expect.stringMatching(/^failure settings: PORT: /),
      'warning settings: nothing reads PIM2SHOP_LOGDIR',
      expect.stringMatching(/^warning production: the log tells everything/),
      `failure log folder: ${file} is no folder`,
      expect.stringMatching(/^failure database: DATABASE_URL does not answer: .*ECONNREFUSED/),
      expect.stringMatching(/^warning alerts: nobody is told/),
      expect.stringMatching(/^failure connection pim: .*ECONNREFUSED/),
      expect.stringMatching(/^failure connection shop: .*token/),
      ...['categories', 'product-models', 'products'].map(
        (name) => expect.stringContaining(`warning mapping ${name}-magento: could not`) as string,
      ),
    ]);
    expect(diagnosis.findings.filter(({ state, advice }) => (state === 'ok') !== (advice === null))).toEqual([]);
    for (const secret of ['very-secret-word', 'an-old-token', credentials.secret, credentials.password])
      expect([secret, JSON.stringify(diagnosis).includes(secret)]).toEqual([secret, false]);
  });

  it('says in production whether anybody is told of incidents, and takes alerts.yaml for no pipeline', async () => {
    const dir = await mended('products.yaml', /^pipeline:/m, 'pipeline:');
    const env = { ...well(), PIM2SHOP_ADMIN_KEY: 'k'.repeat(40), PIM2SHOP_ENVIRONMENT: 'production' };
    expect(complaints(await look(env, dir))).toEqual(['warning alerts: nobody is told of incidents: alerts.yaml names no channel']);
    await writeFile(
      join(dir, 'alerts.yaml'),
      "channels: { chat: { slack: '${SLACK_URL}' } }\nroutes: { critical: [chat], warning: [chat] }\n",
    );
    const told = await look({ ...env, SLACK_URL: 'https://hooks.slack.com/services/T0/B0/very-secret' }, dir);
    expect(complaints(told)).toEqual([]);
    expect(told.findings).toContainEqual({ check: 'alerts', state: 'ok', says: 'go to chat', advice: null });
  });

  it('holds every mapping to what its PIM has', async () => {
    const dir = await mended('products.yaml', /from: values\.price\n/, 'from: values.prize\n');
    expect(complaints(await look({ ...well(), PIM2SHOP_ADMIN_KEY: 'k'.repeat(40) }, dir))).toEqual([
      expect.stringMatching(/^failure mapping products-magento: products\.yaml:\d+:\d+ .*no attribute prize/),
    ]);
  });

  it('knows that nobody can tell the events that a pipeline takes', async () => {
    const dir = await mended('products.yaml', /^source:/m, 'events: true\nsource:');
    expect(complaints(await look({ ...well(), PIM2SHOP_ADMIN_KEY: 'k'.repeat(40) }, dir))).toEqual([
      expect.stringMatching(/^failure events of pim: a pipeline takes them, and nothing can tell any/),
    ]);
  });

  it('tells what the next start will do to the database, and that it will refuse one that is newer', async () => {
    const stale = await createTestDatabase();
    const env = { ...well(), DATABASE_URL: stale.url };
    const last = `(SELECT max(migration_name) FROM _prisma_migrations)`;
    await stale.database.query(`DELETE FROM _prisma_migrations WHERE migration_name = ${last}`);
    expect(complaints(await look(env))).toEqual([
      expect.stringMatching(/^warning migrations: 1 are to be applied: 2/),
      'warning keys: nobody has an admin key of the API',
    ]);
    await stale.database.query(`UPDATE _prisma_migrations SET migration_name = '29990101000000_later' WHERE migration_name = ${last}`);
    expect(complaints(await look(env))).toContainEqual(expect.stringMatching(/^failure migrations: .*newer than the program/));
    await stale.drop();
  });

  it('waits no longer than it was told, for a database that takes the connection and says nothing', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = { ...well(), DATABASE_URL: `postgresql://someone@127.0.0.1:${port}/x` };
    try {
      expect(complaints(await diagnose({ env, connectors, mappings: undefined, limitMs: 5_000, ownMs: 1_000 }))).toEqual([
        'failure database: could not be looked at: no answer within 1 s',
      ]);
    } finally {
      silent.close();
    }
  });

  it('looks over the API as it does on the command line, and once for all who ask meanwhile', async () => {
    const before = { ...process.env };
    Object.assign(process.env, well());
    const api = await startApi(test, { connectors });
    const tokens = (): number => pim.requests.count(({ path }) => path === '/api/oauth/v1/token');
    try {
      pim.requests.clear();
      await look(well());
      const alone = tokens();
      expect(alone).toBeGreaterThan(0);
      const ask = (): ReturnType<typeof api.ask> => api.ask('POST', '/api/v1/doctor', { key: api.keys.operator });
      const [one, two] = await Promise.all([ask(), ask()]);
      expect(tokens()).toBe(2 * alone);
      expect([one.status, two.status, two.body]).toEqual([200, 200, one.body]);
      expect(one.body).toEqual(await look(well()));
      await writeFile(join(folder, 'a-file-in-the-way'), '');
      process.env.PIM2SHOP_LOG_DIR = join(folder, 'a-file-in-the-way');
      expect((await ask()).body).toMatchObject({ well: false });
    } finally {
      process.env = before;
      await api.close();
    }
  });

  it('says with nothing configured at all how to begin', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    const cli = join(repositoryRoot(), 'dist/src/cli.js');
    const env = { PATH: process.env.PATH };
    const { status, stdout } = spawnSync(process.execPath, [cli, 'doctor'], { cwd: empty, env, encoding: 'utf8' });
    expect(stdout).toMatch(/warning mappings: There is no mappings folder[^]*`pim2shop init` writes a first project/);
    expect(stdout).toMatch(/there is none yet: a private PostgreSQL will be made[^]*: 0 failures, 1 warnings\n$/);
    expect(status).toBe(0);
  });
});

it('connections, configuration and hooks are shown over the API, and secrets stay where they are', async () => {
  const dir = await mended('products.yaml', /^source:/m, 'events: true\nsource:');
  const connections = join(dir, 'connections.yaml');
  await writeFile(
    connections,
    (await readFile(connections, 'utf8')).replace(
      'connector: akeneo',
      "connector: akeneo\n    eventSecrets: { primary: 'an-event-secret' }",
    ),
  );
  const address = 'https://hooks.slack.com/services/T0/B0/of-the-team';
  const server = 'smtps://mailer:of-the-mailer@mail.example.com';
  await writeFile(
    join(dir, 'alerts.yaml'),
    stringify({
      channels: {
        team: { slack: address, fallback: 'mail' },
        mail: { email: { server, from: 'a@example.com', to: ['b@example.com'] } },
        pager: {
          webhook: 'https://pager.example.com/of-the-pager',
          secret: `whsec_${Buffer.from('of-the-signature-0123456789abcdef').toString('base64')}`,
        },
      },
      routes: { critical: ['pager'] },
      rules: { lag: { most: '30m', severity: 'critical' }, disk: { on: false } },
    }),
  );
  const loaded = await loadProject(dir, { env: { ...well(), MAGENTO_TOKEN: 'an-old-token' }, ...connectors });
  if (!('project' in loaded)) throw new Error(JSON.stringify(loaded));
  const api = await startApi(test, { project: loaded.project });
  const check = (name: string): ReturnType<typeof api.ask> =>
    api.ask('POST', `/api/v1/connections/${name}/check`, { key: api.keys.operator });
  try {
    expect(await check('pim')).toMatchObject({ status: 200, body: { ok: true, version: '7.0.40 CE', clockAheadSeconds: 0, advice: null } });
    const refused = await check('shop');
    expect(refused).toMatchObject({ status: 200, body: { ok: false, reachable: true, authorised: false } });
    expect(JSON.stringify(refused.body)).not.toContain('an-old-token');
    expect(await check('shpo')).toMatchObject({ status: 404, body: { detail: 'There is no connection "shpo": did you mean shop?' } });

    const shown = await api.ask('GET', '/api/v1/configuration');
    expect(shown).toMatchObject({
      status: 200,
      body: {
        environment: { name: 'development', production: false },
        mappings: {
          connections: [
            { name: 'pim', connector: 'akeneo', config: { url: pim.url, clientId: credentials.clientId, secret: '***', password: '***' } },
            { name: 'shop', config: { token: '***' } },
          ],
          pipelines: expect.arrayContaining([expect.objectContaining({ pipeline: 'products-magento', file: 'products.yaml' })]) as unknown,
        },
      },
    });
    const { alerts } = shown.body as { alerts: { rules: { rule: string }[] } };
    expect(alerts).toMatchObject({
      channels: [
        { name: 'team', kind: 'slack', url: '***', fallback: 'mail' },
        { name: 'mail', kind: 'email', server: '***', from: 'a@example.com', to: ['b@example.com'] },
        { name: 'pager', kind: 'webhook', url: '***', secret: '***' },
      ],
      routes: { critical: ['pager'], warning: ['team'], info: ['team'], digest: ['team'] },
      escalateMs: 4 * 3_600_000,
    });
    const rule = (name: string): unknown => alerts.rules.find((one) => one.rule === name);
    expect(rule('lag')).toEqual({ rule: 'lag', on: true, severity: 'critical', thresholds: { most: 1_800_000 } });
    expect(rule('disk')).toMatchObject({ on: false, severity: 'critical', thresholds: { megabytes: 2000 } });
    expect(alerts.rules).toHaveLength(rules.length);
    const ofAlerts = ['of-the-team', 'of-the-mailer', 'of-the-pager', 'whsec_'];
    for (const secret of ['an-old-token', 'an-event-secret', credentials.secret, credentials.password, ...ofAlerts])
      expect([secret, JSON.stringify(shown.body).includes(secret)]).toEqual([secret, false]);
    expect((shown.body as { settings: object[] }).settings).toContainEqual({ name: 'PORT', value: '3000', isDefault: true });

    await test.database.query(
      `INSERT INTO webhook_delivery (connection, delivery, received_at)
       SELECT 'pim', n::text, now() - n * interval '50 minutes' FROM generate_series(0, 2) AS n`,
    );
    expect(await api.ask('GET', '/api/v1/hooks', { key: api.keys.viewer })).toMatchObject({
      status: 200,
      body: {
        hooks: [{ connection: 'pim', webhooks: '/hooks/pim', broker: null, pipelines: ['products-magento'], lastHour: 2, lastDay: 3 }],
      },
    });
  } finally {
    await api.close();
  }
});
