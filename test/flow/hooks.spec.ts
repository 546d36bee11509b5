import { connect } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainSecret, signedDelivery, told, type SignedDelivery } from '../kit/plain/plain-webhooks.js';
import { postgresAt, startRelay, throughRelay } from '../kit/relay/index.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';

jest.setTimeout(60_000);

const [secret, next, foreign] = [plainSecret('a'), plainSecret('b'), plainSecret('c')] as const;
let test: TestDatabase;
let stage: PlainStage;
let services: Service[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  await stage.close();
  await test.drop();
});

/** A service that only answers, so that what is queued stays there to be looked at; or one that works. */
async function start(env: Readonly<Record<string, string>> = { PIM2SHOP_ROLE: 'api' }, databaseUrl = test.url): Promise<Service> {
  const service = await stage.start(databaseUrl, env);
  services.push(service);
  expect(service.output()).toContain('listens on');
  return service;
}

async function setUp(pipelines = [plainFile('products')], webhookSecrets: readonly string[] = [secret, next]): Promise<void> {
  stage = await plainStage({ pipelines, pim: { webhookSecrets } });
}

const send = ({ url }: Service, { headers, body }: SignedDelivery, connection = 'pim'): Promise<Response> =>
  fetch(`${url}/hooks/${connection}`, { method: 'POST', headers, body });
const status = async (answer: Promise<Response>): Promise<number> => {
  const { status: code, body } = await answer;
  await body?.cancel();
  return code;
};
const queued = () =>
  test.database.query<{
    pipeline: string;
    key: string;
    kind: string;
    cause: string;
    revision: number;
    priority: number;
    hold: number | null;
  }>('SELECT pipeline, entity_key AS key, kind, cause, revision, priority, hold FROM queue_entry ORDER BY 1, 2');
const deliveries = async () => (await test.database.query('SELECT 1 FROM webhook_delivery')).length;

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error([`never: ${what}`, ...services.map(({ output }) => output())].join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('POST /hooks/<connection>', () => {
  it('queues what is told for every pipeline that takes events of it, and for no other', async () => {
    await setUp([
      plainFile('products'),
      plainFile('first', { events: { direct: true }, queue: { priority: { updated: 5 } } }),
      plainFile('deaf', { events: false }),
      plainFile('categories', { source: { connection: 'pim', entity: 'category' } }),
    ]);
    const service = await start();
    expect(
      await status(send(service, signedDelivery(secret, [told('1'), told('2', 'deleted'), { ...told('3'), entity: 'nothing' }]))),
    ).toBe(202);
    const entry = { cause: 'event', hold: null };
    expect(await queued()).toMatchObject([
      { pipeline: 'first', key: '1', kind: 'updated', priority: 10_000, ...entry },
      { pipeline: 'first', key: '2', kind: 'deleted', priority: 10_000, ...entry },
      { pipeline: 'products', key: '1', kind: 'updated', priority: 0, ...entry },
      { pipeline: 'products', key: '2', kind: 'deleted', priority: 0, ...entry },
    ]);
  });

  it('takes a delivery once, however often and by however many it is brought', async () => {
    await setUp();
    const instances = await Promise.all([start(), start()]);
    const delivery = signedDelivery(secret, [told('1')]);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => status(send(instances[index % 2] as Service, delivery))));
    expect(new Set(answers)).toEqual(new Set([202]));
    const [entry] = await queued();
    expect([await deliveries(), (await queued()).length]).toEqual([1, 1]);
    expect(await status(send(instances[0] as Service, delivery))).toBe(202);
    expect(await queued()).toEqual([entry]);
    // Another delivery of the same event is news: nobody can know that nothing happened in between.
    expect(await status(send(instances[0] as Service, signedDelivery(secret, [told('1')])))).toBe(202);
    expect((await queued())[0]?.revision).toBeGreaterThan(entry?.revision ?? Infinity);
  });

  it('takes the second secret while one takes the place of the other', async () => {
    await setUp();
    const service = await start();
    expect(await status(send(service, signedDelivery(next, [told('1')])))).toBe(202);
    expect(await queued()).toHaveLength(1);
  });

  it('accepts none that is forged, replayed, stale or written anew, asks no database, tells nobody why, and fills no log', async () => {
    await setUp([plainFile('products')], [secret]);
    const relay = await startRelay(postgresAt(test.url));
    const service = await start({ PIM2SHOP_ROLE: 'api' }, throughRelay(test.url, relay));
    const replayed = signedDelivery(secret, [told('replayed')]);
    expect(await status(send(service, replayed))).toBe(202);
    // From here on nobody who needs the database gets an answer.
    relay.keepAnswers();
    const told1 = [told('1')];
    const good = signedDelivery(secret, told1);
    const wrong = (headers: Readonly<Record<string, string>>, body = good.body): SignedDelivery => ({
      headers: { ...good.headers, ...headers },
      body,
    });
    const bad: readonly SignedDelivery[] = [
      signedDelivery(foreign, told1),
      signedDelivery(next, told1),
      signedDelivery(secret, told1, { sentAt: Date.now() - 310_000 }),
      signedDelivery(secret, told1, { sentAt: Date.now() + 310_000 }),
      wrong({ 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 60) }),
      wrong({ 'webhook-id': 'msg_other' }),
      wrong({}, JSON.stringify(JSON.parse(good.body))),
      wrong({}, `${good.body} `),
      wrong({}, good.body.replace('"1"', '"2"')),
      { headers: { 'content-type': 'application/json' }, body: good.body },
      { headers: {}, body: '' },
      { ...replayed, headers: { ...replayed.headers, 'webhook-id': 'msg_fresh' } },
    ];
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => bad)
        .flat()
        .map(async (delivery) => {
          const answer = await send(service, delivery);
          return `${answer.status} ${await answer.text()}`;
        }),
    );
    expect(answers).toHaveLength(300);
    expect(new Set(answers)).toEqual(new Set(['401 {"message":"Unauthorized","statusCode":401}']));
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.includes('an event was refused'));
    expect(lines.length).toBeLessThan(5);
    expect(lines[0]).toMatch(/"event.reason":".*"labels":{"connection":"pim"}.*"verdict":"forged"/);
    expect([await deliveries(), (await queued()).length]).toEqual([1, 1]);
    await relay.close();
  });

  it('says 400 to what is signed and not understood', async () => {
    await setUp();
    const service = await start();
    for (const body of ['{"events":', '[]', '{"events":[{"entity":"product"}]}', ''])
      expect(await status(send(service, signedDelivery(secret, [], { body })))).toBe(400);
    expect(await deliveries()).toBe(0);
  });

  it('answers alike where there is no such connection, and where nobody takes its events', async () => {
    await setUp();
    const service = await start();
    const answers = await Promise.all(
      ['shop', 'nowhere', '__proto__', 'pim%2f..', '%F0%9F%A6%84'].map(async (connection) => {
        const answer = await send(service, signedDelivery(secret, [told('1')]), connection);
        return `${answer.status} ${await answer.text()}`;
      }),
    );
    expect(new Set(answers)).toEqual(new Set(['404 {"message":"Not Found","statusCode":404}']));
  });

  it('leaves out keys that are none, and takes their neighbours', async () => {
    await setUp();
    const service = await start();
    const events = ['', 'a\u0000b', '\ud800', 'x'.repeat(501), '__proto__', 'ä"\\'].map((key) => told(key));
    expect(await status(send(service, signedDelivery(secret, events)))).toBe(202);
    expect((await queued()).map(({ key }) => key)).toEqual(['__proto__', 'ä"\\']);
  });

  it('reads no more than a megabyte, nothing that is packed, and answers others meanwhile', async () => {
    await setUp();
    const service = await start();
    const large = signedDelivery(secret, [], { body: `{"events":[],"more":"${'x'.repeat(1024 * 1024)}"}` });
    expect(await status(send(service, large))).toBe(413);
    const packed = signedDelivery(secret, [told('1')]);
    expect(await status(send(service, { ...packed, headers: { ...packed.headers, 'content-encoding': 'gzip' } }))).toBe(415);
    // As many that announce a megabyte and send a byte as there is room for; then there is none, and soon there is again.
    const slow = await Promise.all(Array.from({ length: 32 }, () => stalled(service)));
    expect(await status(send(service, large))).toBe(429);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    for (const stop of slow) stop();
    await until('there is room again', async () => (await status(send(service, signedDelivery(secret, [told('2')])))) === 202);
  });

  it('counts what became of each, by the connection; a name that takes none is no label', async () => {
    await setUp();
    const key = 'k'.repeat(32);
    const service = await start({ PIM2SHOP_ROLE: 'api', PIM2SHOP_ADMIN_KEY: key });
    const large = signedDelivery(secret, [], { body: 'x'.repeat(1024 * 1024 + 1) });
    const good = signedDelivery(secret, [told('1')]);
    const packed = { ...good, headers: { ...good.headers, 'content-encoding': 'gzip' } };
    for (const one of [good, good, large, packed]) await status(send(service, one));
    for (const one of [foreign, foreign, foreign]) await status(send(service, signedDelivery(one, [told('1')])));
    await status(send(service, signedDelivery(secret, [told('1')], { sentAt: Date.now() - 310_000 })));
    await status(send(service, signedDelivery(secret, [], { body: '[]' })));
    for (const name of ['nowhere', 'shop', '%F0%9F%A6%84', 'nowhere%0a']) await status(send(service, good, name));
    await status(send(service, large, 'nowhere'));
    const ask = async (path: string): Promise<string> =>
      (await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).text();
    const text = await ask('/metrics');
    const shown = [...text.matchAll(/^pim2shop_webhooks_total\{(.*)\} (\d+)$/gm)].map(([, labels, count]) => [labels, Number(count)]);
    const counts = { accepted: 2, forged: 3, stale: 1, malformed: 1, too_large: 1, packed: 1, too_many: 0, unavailable: 0 };
    expect(Object.fromEntries(shown)).toEqual({
      ...Object.fromEntries(Object.entries(counts).map(([result, count]) => [`connection="pim",result="${result}"`, count])),
      ...{ 'connection="",result="unknown"': 4, 'connection="",result="too_large"': 1 },
      ...{ 'connection="",result="packed"': 0, 'connection="",result="too_many"': 0 },
    });
    expect(JSON.parse(await ask('/api/v1/hooks'))).toMatchObject({ hooks: [{ connection: 'pim', sinceStart: counts }] });
  });

  it('answers 503 while the database is away, and takes the same delivery when it is back', async () => {
    await setUp();
    const relay = await startRelay(postgresAt(test.url));
    const service = await start({ PIM2SHOP_ROLE: 'api' }, throughRelay(test.url, relay));
    const delivery = signedDelivery(secret, [told('1')]);
    relay.down();
    expect(await status(send(service, delivery))).toBe(503);
    relay.up();
    await until('it is taken', async () => (await status(send(service, delivery))) === 202);
    expect([await deliveries(), (await queued()).length]).toEqual([1, 1]);
    await relay.close();
  });

  it('killed between the commit and the answer: what is sent again is known, and nothing is queued twice', async () => {
    await setUp();
    const relay = await startRelay(postgresAt(test.url));
    const service = await start({ PIM2SHOP_ROLE: 'api' }, throughRelay(test.url, relay));
    const delivery = signedDelivery(secret, [told('1')]);
    // The statement is asked for and carried out; that it was never reaches the service.
    expect(await status(send(service, signedDelivery(secret, [told('warm')])))).toBe(202);
    relay.keepAnswers();
    const answer = send(service, delivery).then(
      () => 'answered',
      () => 'lost',
    );
    await until('it is committed', async () => (await deliveries()) === 2);
    const before = await queued();
    service.kill('SIGKILL');
    expect(await answer).toBe('lost');
    await relay.close();
    expect(await status(send(await start(), delivery))).toBe(202);
    expect(await queued()).toEqual(before);
  });
});

describe('an event', () => {
  it('is a hint: what is sent to the shop is what the PIM has, and what it deletes is what the PIM says is gone', async () => {
    await setUp();
    stage.pim.put('1', { sku: 'SKU-1', name: 'one' });
    const service = await start({});
    await send(service, signedDelivery(secret, [{ ...told('1'), name: 'forged in an event' } as ReturnType<typeof told>]));
    await until('the product is in the shop', () => stage.shop.products.has('sku-1'));
    expect(stage.shop.products.get('sku-1')?.fields).toEqual({ sku: 'SKU-1', name: 'one' });
    // Said to be deleted, and still there: it stays.
    await send(service, signedDelivery(secret, [told('1', 'deleted')]));
    await until('it was looked at', async () => (await queued()).length === 0);
    expect(stage.shop.products.has('sku-1')).toBe(true);
    stage.pim.remove('1');
    await send(service, signedDelivery(secret, [told('1', 'deleted')]));
    await until('it is gone', () => !stage.shop.products.has('sku-1'));
  });

  it('that is direct overtakes what waits, and is claimed at once', async () => {
    await setUp([plainFile('products', { events: { direct: true }, batch: { items: 1 } })]);
    for (let number = 1; number <= 60; number += 1) stage.pim.put(`${number}`, { sku: `SKU-${number}` });
    const service = await start({});
    await until('its workers run', () => service.output().includes('the pipelines run'));
    // Others wait, and the shop is slow.
    stage.shop.onWrite = () => new Promise((resolve) => setTimeout(resolve, 30));
    const waiting = Array.from(
      { length: 50 },
      (_, index) => `('products', '${index + 1}', 'updated', 'delta', nextval('revision_seq'), now())`,
    );
    await test.database.query(
      `INSERT INTO queue_entry (pipeline, entity_key, kind, cause, revision, claim_order) VALUES ${waiting.join(', ')}`,
    );
    await until('they are being sent', () => stage.shop.products.size > 0);
    await send(service, signedDelivery(secret, [told('60')]));
    await until('it is in the shop', () => stage.shop.products.has('sku-60'));
    // What was claimed before it may still go out in front of it: one that is sent, two that are prepared.
    const order = stage.shop.writes.map(({ fields }) => fields.sku);
    expect(order.indexOf('SKU-60')).toBeLessThan(30);
    stage.shop.onWrite = () => undefined;
    await until('all are in the shop', () => stage.shop.products.size === 51);
    // Nobody waits half a second for an idle worker.
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      stage.pim.put('51', { sku: 'SKU-51', name: `${round}` });
      const started = performance.now();
      await send(service, signedDelivery(secret, [told('51')]));
      await until('it is in the shop', () => stage.shop.products.get('sku-51')?.fields.name === `${round}`);
      times.push(performance.now() - started);
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(400);
  });

  it('is taken while the PIM has not answered yet since the start', async () => {
    await setUp();
    stage.pim.onRequest = () => {
      throw new Error('the PIM is down');
    };
    const service = await start({});
    expect(await status(send(service, signedDelivery(secret, [told('1')])))).toBe(202);
    expect(await queued()).toHaveLength(1);
  });
});

describe('a service whose pipelines take events', () => {
  it('does not start where the connection tells of none, and says so', async () => {
    stage = await plainStage({ pipelines: [plainFile('products')] });
    const service = await stage.start(test.url);
    expect(await service.ended).toBe(1);
    expect(service.output()).toContain('products: takes events, and the connection pim tells of none');
  });
});

/** A request that announces a megabyte and sends one byte. Resolves once the service has taken it up; answers how to end it. */
async function stalled({ url }: Service): Promise<() => void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const head = `POST /hooks/pim HTTP/1.1\r\nHost: x\r\nContent-Length: ${1024 * 1024}\r\nExpect: 100-continue\r\n\r\n`;
  // The service says that it wants the body: it has begun with the request.
  await new Promise<void>((resolve) => socket.write(head, () => socket.once('data', () => resolve())));
  socket.write('{');
  return () => socket.destroy();
}
