import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { startSlack, textOf, type Slack } from '../kit/slack/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';
import { until } from '../kit/until.js';

jest.setTimeout(90_000);

const adminKey = 'chosen-by-the-operator-0123456789abcdef';

let test: TestDatabase;
let slack: Slack;
let stage: PlainStage;
let services: Service[] = [];

beforeAll(async () => {
  [test, slack] = await Promise.all([createTestDatabase(), startSlack()]);
  stage = await plainStage({
    pipelines: [plainFile('products', { events: false, delta: { every: '1s' } })],
    beside: {
      'alerts.yaml': {
        channels: { team: { slack: slack.url('team') } },
        calm: '1s',
        digest: { daily: false, weekly: 'never' },
        rules: { connection_down: { for: '1s' }, disk: { on: false }, no_success: { on: false } },
      },
    },
  });
}, 60_000);
afterAll(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  await Promise.all([stage.close(), slack.close()]);
  await test.drop();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const settings = { PIM2SHOP_ENVIRONMENT: 'staging', PIM2SHOP_ADMIN_KEY: adminKey, ...env };
  const service = await stage.start(test.url, settings);
  services.push(service);
  expect(service.output()).toContain('listens on');
  return service;
}

/** The rules are looked at now, whenever they were to be. */
const hurry = (): Promise<unknown> => test.database.query('UPDATE alert_round SET next_at = now()');
const stands = (sku: string): boolean => stage.shop.products.has(sku);

async function pim2shop(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(repositoryRoot(), 'dist/src/cli.js'), ...args], {
    env: { ...process.env, DATABASE_URL: test.url },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

it('tells of a shop that is down once, though several look, lets people say that they know, and tells when it is back', async () => {
  stage.pim.put('a', { sku: 'a', name: 'first' });
  const [one] = await Promise.all([start(), start({ PIM2SHOP_ROLE: 'scheduler' })]);
  await until('the first load', () => stands('a'));

  stage.shop.fault = 'down';
  stage.pim.put('b', { sku: 'b', name: 'second' });
  await until('the alert', async () => {
    await hurry();
    return slack.messages('team').length > 0;
  });
  expect(textOf(slack.messages('team')[0])).toContain('A connection does not answer: shop');
  expect(textOf(slack.messages('team')[0])).toContain('staging');

  const ask = (path: string, more: RequestInit = {}): Promise<Response> =>
    fetch(`${one.url}/api/v1/${path}`, { ...more, headers: { authorization: `Bearer ${adminKey}`, ...more.headers } });
  const { items } = (await (await ask('alerts?state=open')).json()) as { items: { id: number; kind: string }[] };
  expect(items).toMatchObject([{ kind: 'connection_down', connection: 'shop', notices: 1, acknowledged: null }]);
  const path = `alerts/${items[0]?.id}`;
  const shown = await ask(path);
  expect(await shown.json()).toMatchObject({ messages: [{ channel: 'team', kind: 'opened', state: 'sent', attempts: 1 }] });
  const acknowledge = (headers: Record<string, string>): Promise<Response> => ask(`${path}/acknowledge`, { method: 'POST', headers });
  expect((await acknowledge({})).status).toBe(428);
  expect((await acknowledge({ 'if-match': '"99"' })).status).toBe(412);
  expect((await acknowledge({ 'if-match': shown.headers.get('etag') ?? '' })).status).toBe(204);
  expect((await acknowledge({ 'if-match': (await ask(path)).headers.get('etag') ?? '' })).status).toBe(412);

  stage.shop.fault = 'none';
  await until('the second product', () => stands('b'));
  await until('the recovery', async () => {
    await hurry();
    return slack.messages('team').length > 1;
  });
  expect(slack.messages('team').map((message) => message.text)).toEqual([
    expect.stringContaining('A connection does not answer: shop') as string,
    expect.stringContaining('Over: A connection does not answer: shop') as string,
  ]);

  // A Slack that lets everybody wait costs the sync nothing.
  slack.server.faults.add({ kind: 'delay', delayMs: 60_000, times: Infinity });
  await test.database.query(`INSERT INTO incident (kind, fingerprint, message) VALUES ('lag', 'by hand', 'something')`);
  await until(
    'somebody is at it',
    async () => (await test.database.query(`SELECT 1 FROM alert_message WHERE attempts > 0 AND state = 'due'`)).length > 0,
  );
  stage.pim.put('c', { sku: 'c', name: 'third' });
  await until('the third product', () => stands('c'), 8_000);
  for (const service of services) service.kill('SIGTERM');
  expect(await Promise.all(services.map(({ ended }) => ended))).toEqual([0, 0]);
  services = [];
});

it('has a test message sent by whoever may steer, and that is written down', async () => {
  slack.server.faults.clear();
  slack.passTime(60_000);
  const { url, kill } = await start({ PIM2SHOP_ROLE: 'api' });
  const ask = (body: object): Promise<Response> =>
    fetch(`${url}/api/v1/alerts/test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const before = slack.messages('team').length;
  const sent = await ask({});
  expect([sent.status, await sent.json()]).toEqual([200, { channels: [{ channel: 'team', problem: null }] }]);
  expect(textOf(slack.messages('team')[before])).toContain('A test');
  const refused = await ask({ channel: 'team' });
  expect([refused.status, await refused.json()]).toEqual([
    200,
    { channels: [{ channel: 'team', problem: 'Slack answered 429 rate_limited' }] },
  ]);
  const unknown = await ask({ channel: 'taem' });
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { detail: 'There is no channel "taem": did you mean team?' }]);
  expect(await test.database.query(`SELECT actor, target FROM audit_log WHERE action = 'test alerts'`)).toEqual([
    { actor: 'key of the environment', target: 'team' },
    { actor: 'key of the environment', target: 'team' },
  ]);
  kill('SIGTERM');
});

describe('a process that is killed while a channel has not answered', () => {
  const asked = (): number => slack.server.requests.count(({ path }) => path.endsWith('/team'));
  const texts = (): string[] => slack.messages('team').map(textOf);

  it.each([
    ['and had not taken the message', 'delay' as const, 1],
    ['and had taken it', 'body' as const, 2],
  ])('%s leaves it to another, once its lease is over', async (what, fault, times) => {
    await test.database.query('DELETE FROM incident; DELETE FROM alert_message; DELETE FROM alert_channel');
    slack.passTime(60_000);
    const before = texts().length;
    slack.server.faults.clear();
    const dying = await start();
    const first = asked();
    // The work of `body` is done before its answer; that of `delay` after it.
    slack.server.faults.add(
      fault === 'delay' ? { kind: 'delay', delayMs: 30_000 } : { kind: 'body', status: 200, body: 'ok', delayMs: 30_000 },
    );
    const [row] = await test.database.query<{ id: number }>(
      `INSERT INTO incident (kind, fingerprint, message) VALUES ('lag', 'killed', 'what ${what}') RETURNING id`,
    );
    await until('it is being sent', () => asked() > first);
    dying.kill('SIGKILL');
    expect(await dying.ended).toBe('SIGKILL');
    const state = (): Promise<unknown[]> => test.database.query(`SELECT state, attempts FROM alert_message WHERE incident = $1`, [row?.id]);
    expect(await state()).toEqual([{ state: 'due', attempts: 1 }]);

    await start({ PIM2SHOP_ROLE: 'scheduler' });
    slack.passTime(60_000);
    // As if the minute of its lease had gone by.
    await test.database.query(`UPDATE alert_message SET leased_until = leased_until - interval '1 min'`);
    await until('another has sent it', async () => JSON.stringify(await state()) === JSON.stringify([{ state: 'sent', attempts: 2 }]));
    expect(texts().slice(before)).toEqual(Array.from({ length: times }, () => expect.stringContaining(`what ${what}`) as string));
    for (const service of services) service.kill('SIGKILL');
    await Promise.all(services.map(({ ended }) => ended));
    services = [];
  });
});

describe('pim2shop alerts', () => {
  it('lists, mutes, unmutes and acknowledges, and each is written down', async () => {
    await test.database.query(`DELETE FROM incident`);
    const [row] = await test.database.query<{ id: number }>(
      `INSERT INTO incident (kind, pipeline, fingerprint, message) VALUES ('lag', 'products', 'lag products', 'The oldest change waits') RETURNING id`,
    );
    const id = String(row?.id);
    expect(JSON.parse((await pim2shop(['alerts', '--json'])).out)).toMatchObject({ alerts: [{ kind: 'lag', muted: false }], mutes: [] });
    const muted = await pim2shop(['alerts', 'mute', id, '--for', '1d', '--reason', 'known', '--json']);
    const { id: mute } = JSON.parse(muted.out) as { id: number };
    expect((await pim2shop(['alerts'])).out).toMatch(/lag.*products.*muted[\s\S]*mute \d+: lag products until .*known/);
    expect((await pim2shop(['alerts', 'unmute', String(mute)])).code).toBe(0);
    await test.database.query(`UPDATE incident SET acknowledged_at = now(), acknowledged_by = 'user anna'`);
    expect(await pim2shop(['alerts', 'ack', id])).toMatchObject({
      code: 1,
      err: expect.stringContaining('was acknowledged by user anna') as string,
    });
    const actions = await test.database.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id DESC LIMIT 3');
    expect(actions.map(({ action }) => action)).toEqual(['acknowledge', 'unmute', 'mute']);
  });

  it('test tells of each channel whether a message arrived', async () => {
    slack.server.faults.clear();
    const folder = await mkdtemp(join(tmpdir(), 'pim2shop-alerts-'));
    await writeFile(join(folder, 'connections.yaml'), 'connections: {}\n');
    const channels = { good: { slack: slack.url('good') }, gone: { slack: slack.url('good').replace('good', 'gone') } };
    await writeFile(join(folder, 'alerts.yaml'), stringify({ channels }));
    const { code, out } = await pim2shop(['alerts', 'test', '--mappings', folder]);
    await rm(folder, { recursive: true });
    expect([code, out]).toEqual([1, 'good: sent\ngone: Slack answered 404 no_service\n']);
    expect(textOf(slack.messages('good')[0])).toContain('A test');
  });
});
