import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { rabbitScene, rabbitUrl, type RabbitScene } from '../kit/rabbitmq/index.js';
import { postgresAt, startRelay, throughRelay, type Relay } from '../kit/relay/index.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';

jest.setTimeout(60_000);

let test: TestDatabase;
let rabbit: RabbitScene;
let toRabbit: Relay;
let stage: PlainStage;
let services: Service[] = [];

beforeEach(async () => {
  const { hostname, port } = new URL(rabbitUrl);
  [test, rabbit, toRabbit] = await Promise.all([
    createTestDatabase(),
    rabbitScene(),
    startRelay({ host: hostname, port: Number(port || 5672) }),
  ]);
  // Nothing is claimed: what is queued stays there to be looked at.
  await test.database.query(`INSERT INTO pipeline_state (pipeline, paused) VALUES ('products', true)`);
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  await Promise.all([stage.close(), toRabbit.close(), rabbit.close()]);
  await test.drop();
});

async function setUp(more: Readonly<Record<string, unknown>> = {}, pipeline = plainFile('products')): Promise<void> {
  const url = new URL(rabbitUrl);
  url.host = `127.0.0.1:${toRabbit.port}`;
  const amqp = { url: url.toString(), queue: rabbit.queue, ...more };
  stage = await plainStage({ pipelines: [pipeline], pim: { amqp } });
}

async function start(databaseUrl = test.url): Promise<Service> {
  const service = await stage.start(databaseUrl);
  services.push(service);
  await until('it takes messages', () => takes(service) === 1);
  return service;
}

/** How often it has begun to take messages. */
const takes = ({ output }: Service): number => output().split('messages of the broker are taken').length - 1;

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error([`never: ${what}`, ...services.map(({ output }) => output())].join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function kill(service: Service): Promise<void> {
  service.kill('SIGKILL');
  await service.ended;
}

const queued = () =>
  test.database.query<{ key: string; kind: string; cause: string; revision: number }>(
    'SELECT entity_key AS key, kind, cause, revision FROM queue_entry ORDER BY 1',
  );
const deliveries = async (): Promise<number> => (await test.database.query('SELECT 1 FROM webhook_delivery')).length;
const hint = (key: string, kind = 'updated') => ({ entity: 'product', key, kind });

// Where there is none it is said and skipped; CI must have one.
(rabbitUrl === '' ? describe.skip : describe)('messages of a RabbitMQ', () => {
  it('queue the records that use what they are about', async () => {
    await setUp({}, plainFile('products', { related: [{ entity: 'category', from: 'categories' }] }));
    await test.database.query(
      `INSERT INTO reference VALUES ('products', '1', 'pim/category', 'x', 'weak'), ('products', '2', 'pim/category', 'y', 'weak')`,
    );
    await start();
    await rabbit.publish({ entity: 'category', key: 'x' });
    await until('it is queued', async () => (await queued()).length > 0);
    expect(await queued()).toMatchObject([{ key: '1', cause: 'reference' }]);
  });

  it('queue what they say, and the shop gets what the PIM has', async () => {
    await setUp();
    const service = await start();
    stage.pim.put('1', { sku: 'SKU-1', name: 'one' });
    await rabbit.publish({ ...hint('1'), name: 'of no interest' });
    await rabbit.publish([hint('2', 'deleted'), { entity: 'product', key: '3' }, { ...hint('4'), entity: 'nothing' }]);
    await until('all are queued', async () => (await queued()).length === 3);
    expect(await queued()).toMatchObject([
      { key: '1', kind: 'updated', cause: 'event' },
      { key: '2', kind: 'deleted', cause: 'event' },
      { key: '3', kind: 'updated', cause: 'event' },
    ]);
    await test.database.query('UPDATE pipeline_state SET paused = false');
    await until('the product is in the shop', () => stage.shop.products.has('sku-1'));
    // They were acknowledged: nobody gets them again.
    await kill(service);
    expect([await rabbit.waiting(), await rabbit.waiting(rabbit.dead)]).toEqual([0, 0]);
  });

  it('come from a quorum queue with a limit of its own, bound to the exchange by its routing keys', async () => {
    const exchange = `${rabbit.queue}-changes`;
    await rabbit.channel.assertExchange(exchange, 'topic', { durable: true });
    try {
      await setUp({ exchange, routingKeys: ['product.*'], deliveryLimit: 7 });
      await start();
      // Another limit is another queue: the broker says so. This one it has.
      const as = { 'x-queue-type': 'quorum', 'x-delivery-limit': 7, 'x-dead-letter-exchange': rabbit.dead };
      await rabbit.channel.assertQueue(rabbit.queue, { durable: true, arguments: as });
      await rabbit.publish(hint('1'), { exchange, key: 'product.updated' });
      await rabbit.publish(hint('2'), { exchange, key: 'category.updated' });
      await rabbit.publish(hint('3'), { exchange, key: 'product.created' });
      await until('both are queued', async () => (await queued()).length === 2);
      expect((await queued()).map(({ key }) => key)).toEqual(['1', '3']);
    } finally {
      await rabbit.channel.deleteExchange(exchange);
    }
  });

  it('are taken once where they carry an id, whoever publishes them again', async () => {
    await setUp();
    await start();
    await rabbit.publish(hint('1'), { id: 'one' });
    await until('it is queued', async () => (await queued()).length === 1);
    const before = await queued();
    await rabbit.publish(hint('1'), { id: 'one' });
    await rabbit.publish(hint('2'), { id: 'two' });
    await until('the last is queued', async () => (await queued()).length === 2);
    expect((await queued())[0]).toEqual(before[0]);
    await rabbit.publish(hint('1'));
    await until('what has no id is news', async () => ((await queued())[0]?.revision ?? 0) > (before[0]?.revision ?? Infinity));
  });

  it('come again where the process was killed between the commit and the acknowledgement, and are known', async () => {
    await setUp();
    const relay = await startRelay(postgresAt(test.url));
    const service = await start(throughRelay(test.url, relay));
    // The event run is open and known from here on: what comes next is one statement.
    await rabbit.publish(hint('0'), { id: 'none' });
    await until('it is acknowledged', async () => (await deliveries()) === 1 && (await rabbit.waiting()) === 0);
    relay.keepAnswers();
    await rabbit.publish(hint('1'), { id: 'one' });
    await until('it is committed', async () => (await deliveries()) === 2);
    const before = await queued();
    await kill(service);
    await relay.close();
    await until('it waits again', async () => (await rabbit.waiting()) === 1);
    await start();
    await until('it is acknowledged', async () => (await rabbit.waiting()) === 0);
    await rabbit.publish(hint('2'), { id: 'two' });
    await until('the next is queued', async () => (await queued()).length === 3);
    expect((await queued()).slice(0, 2)).toEqual(before);
  });

  it('that cannot be understood go to the dead-letter exchange, and stop none of their neighbours', async () => {
    await setUp();
    const service = await start();
    const poison = ['{"entity":', '"text"', '{"entity":"product"}', '[]', Buffer.from([0xff, 0x00]), { ...hint('1'), kind: 'renamed' }];
    for (const [index, body] of poison.entries()) {
      await rabbit.publish(body);
      await rabbit.publish(hint(`good-${index}`));
    }
    await until('the good ones are queued', async () => (await queued()).length === poison.length);
    await until('the others are set aside', async () => (await rabbit.waiting(rabbit.dead)) === poison.length);
    expect(await rabbit.next(rabbit.dead)).toMatchObject({
      text: '{"entity":',
      headers: { 'x-death': [{ reason: 'rejected', queue: rabbit.queue }] },
    });
    expect(service.output()).toContain('it is no JSON');
  });

  it('that kill their process again and again are set aside by the limit', async () => {
    await setUp({ deliveryLimit: 1 });
    // Whoever has it waits for this lock, and is killed over it.
    const stopsAll = new Client({ connectionString: test.url });
    await stopsAll.connect();
    await stopsAll.query('BEGIN');
    await stopsAll.query('LOCK TABLE queue_entry IN ACCESS EXCLUSIVE MODE');
    for (let round = 0; round < 2; round += 1) {
      const service = await start();
      if (round === 0) await rabbit.publish(hint('1'));
      await until('it is under way', async () => (await rabbit.waiting()) === 0);
      await kill(service);
      if (round === 0) await until('it waits again', async () => (await rabbit.waiting()) === 1);
    }
    await until('it is set aside', async () => (await rabbit.waiting(rabbit.dead)) === 1);
    expect(await rabbit.next(rabbit.dead)).toMatchObject({ headers: { 'x-death': [{ reason: 'delivery_limit' }] } });
    await stopsAll.end();
  });

  it('go on after the broker was away', async () => {
    await setUp();
    const service = await start();
    toRabbit.down();
    await rabbit.publish(hint('1'));
    await until('it noticed', () => service.output().includes('no messages of the broker for now'));
    toRabbit.up();
    await until('it is queued', async () => (await queued()).length === 1);
    expect(takes(service)).toBe(2);
  });

  it('are kept, and none is set aside, while the database is away', async () => {
    await setUp({ deliveryLimit: 1 });
    const relay = await startRelay(postgresAt(test.url));
    const service = await start(throughRelay(test.url, relay));
    relay.down();
    for (let key = 1; key <= 5; key += 1) await rabbit.publish(hint(`${key}`));
    await until('it tried some of them more than once', () => service.output().split('a message could not be queued').length > 10);
    relay.up();
    await until('all are queued', async () => (await queued()).length === 5);
    await relay.close();
    expect(await rabbit.waiting(rabbit.dead)).toBe(0);
  });

  it('are lost by nobody and queued once each while processes come and go', async () => {
    await setUp({ prefetch: 20 });
    const first = await start();
    const count = 600;
    for (let key = 1; key <= count; key += 1)
      rabbit.channel.sendToQueue(rabbit.queue, Buffer.from(JSON.stringify(hint(`${key}`))), { persistent: true, messageId: `id-${key}` });
    await rabbit.channel.waitForConfirms();
    await until('some are queued', async () => (await deliveries()) > 20);
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const left = count - (await deliveries());
    // What it had taken it finished: it all waits, or is queued and acknowledged.
    expect(left).toBeGreaterThan(0);
    expect(await rabbit.waiting()).toBe(left);
    const second = await start();
    await until('some more are queued', async () => (await deliveries()) > count - left + 20);
    await kill(second);
    await start();
    await until('all are queued', async () => (await deliveries()) === count);
    expect((await queued()).length).toBe(count);
    expect(await rabbit.waiting(rabbit.dead)).toBe(0);
  });
});
