import { spawnSync } from 'node:child_process';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainSecret } from '../kit/plain/plain-webhooks.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';

jest.setTimeout(60_000);

let test: TestDatabase;
let stage: PlainStage;
let dataDir: string;
let services: Service[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  stage = await plainStage({ pipelines: [plainFile('products')], pim: { webhookSecrets: [plainSecret('a')] } });
  dataDir = await mkdtemp(join(tmpdir(), 'pim2shop-'));
});
afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  await stage.close();
  await test.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const service = await stage.start(test.url, { PIM2SHOP_ROLE: 'api', PIM2SHOP_DATA: dataDir, ...env });
  services.push(service);
  expect(service.output()).toContain('listens on');
  return service;
}

function keys(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = join(__dirname, '../../dist/src/cli.js');
  return spawnSync(process.execPath, [program, 'keys', ...args], { env: { ...process.env, DATABASE_URL: test.url }, encoding: 'utf8' });
}

const ask = async (service: Service, key: string, path = '/api/v1/keys/mine'): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, body: await answer.json() };
};

describe('the service', () => {
  it('makes the first admin key once, in a file whose path it tells and whose content it does not', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const key = (await readFile(join(dataDir, 'first-admin-key'), 'utf8')).trim();
    expect(await ask(one, key)).toMatchObject({ status: 200, body: { name: 'first', role: 'admin' } });
    expect(await ask(other, key, '/api/v1/pipelines')).toMatchObject({ status: 200, body: { pipelines: [] } });
    const said = one.output() + other.output();
    expect(said).toContain(join(dataDir, 'first-admin-key'));
    expect(said).not.toContain(key);
  });

  it('makes none where the operator set one', async () => {
    const chosen = 'chosen-by-the-operator-0123456789abcdef';
    const service = await start({ PIM2SHOP_ADMIN_KEY: chosen });
    expect(await ask(service, chosen)).toMatchObject({ status: 200, body: { role: 'admin' } });
    expect(await test.database.query('SELECT 1 FROM api_key')).toEqual([]);
    expect(service.output()).not.toContain(chosen);
  });

  it('answers health and hooks without a key, as before', async () => {
    const service = await start();
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${service.url}/hooks/nobody`, { method: 'POST' })).status).toBe(404);
  });
});

describe('pim2shop keys', () => {
  it('makes, lists, rotates and revokes, and writes down who did it', async () => {
    const service = await start({ PIM2SHOP_ADMIN_KEY: 'chosen-by-the-operator-0123456789abcdef' });
    const made = JSON.parse(keys('create', 'grafana', '--role', 'viewer', '--days', '30', '--json').stdout) as { id: number; text: string };
    expect(await ask(service, made.text)).toMatchObject({ status: 200, body: { name: 'grafana', role: 'viewer' } });
    expect(keys().stdout).toContain('grafana');
    expect(keys().stdout).not.toContain(made.text);
    const rotated = JSON.parse(keys('rotate', String(made.id), '--json').stdout) as { text: string };
    expect(await ask(service, made.text)).toMatchObject({ status: 401 });
    expect(await ask(service, rotated.text)).toMatchObject({ status: 200 });
    expect(keys('revoke', String(made.id)).stdout).toContain('opens nothing any more');
    expect(await ask(service, rotated.text)).toMatchObject({ status: 401 });
    const actions = await test.database.query<{ actor: string; action: string }>('SELECT actor, action FROM audit_log ORDER BY id');
    expect(actions).toEqual(['create key', 'rotate key', 'revoke key'].map((action) => ({ actor: `user ${userInfo().username}`, action })));
  });

  it('says in one sentence what it cannot do', () => {
    expect(keys('create', 'x', '--role', 'boss')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('viewer, operator, admin') as string,
    });
    expect(keys('revoke', '77')).toMatchObject({ status: 2, stderr: expect.stringContaining('There is no key 77') as string });
    expect(keys('rotate', 'seven')).toMatchObject({ status: 2, stderr: expect.stringContaining('"seven"') as string });
  });
});
