import { rabbitScene, rabbitUrl, type RabbitScene } from '../../../test/kit/rabbitmq/index.js';
import { startRelay, type Relay } from '../../../test/kit/relay/index.js';
import { silentLog } from '../../logging/log.js';
import { pause } from '../../sync/pause.js';
import type { TakenDelivery } from '../intake.js';
import { Refusals } from '../refusals.js';
import { consume } from './consume.js';

let rabbit: RabbitScene;
let relay: Relay;
let stop: AbortController;
let consuming: Promise<void>;

beforeEach(async () => {
  const { hostname, port } = new URL(rabbitUrl);
  [rabbit, relay] = await Promise.all([rabbitScene(), startRelay({ host: hostname, port: Number(port || 5672) })]);
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await consuming;
  await relay.close();
  await rabbit.close();
});

/** Consumes in this process, by way of the relay. */
async function start(take: (delivery: TakenDelivery) => Promise<void>): Promise<void> {
  const url = new URL(rabbitUrl);
  url.host = `127.0.0.1:${relay.port}`;
  const broker = { url: url.toString(), queue: rabbit.queue, routingKeys: ['#'], deliveryLimit: 20, prefetch: 100 };
  const lines: string[] = [];
  const log = { ...silentLog, info: (message: string) => void lines.push(message) };
  consuming = consume({ connection: 'pim', broker, log, refusals: new Refusals(silentLog), take }, stop.signal);
  await until('it takes messages', () => lines.length > 0);
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await pause(20, new AbortController().signal);
  }
}

const hint = { entity: 'product', key: '1', kind: 'updated' };

// Where there is none it is said and skipped; CI must have one.
(rabbitUrl === '' ? describe.skip : describe)('a message', () => {
  it('is acknowledged once it is committed, and not before', async () => {
    const taken: TakenDelivery[] = [];
    let commit: () => void = () => undefined;
    await start((delivery) => {
      taken.push(delivery);
      return new Promise((resolve) => (commit = resolve));
    });
    await rabbit.publish(hint, { id: 'one' });
    await until('it is under way', () => taken.length === 1);
    // Time for an acknowledgement that must not come.
    await pause(300, stop.signal);
    relay.down();
    await until('it waits again', async () => (await rabbit.waiting()) === 1);
    relay.up();
    await until('it came again', () => taken.length === 2);
    commit();
    stop.abort();
    await consuming;
    expect(await rabbit.waiting()).toBe(0);
    expect(taken.map(({ id }) => id)).toEqual(['message one', 'message one']);
  });

  it('that the database will never take is set aside, and one it cannot take now is not', async () => {
    const errors = [{ code: '22021' }, { code: '57P01' }, { code: 'ECONNREFUSED' }, null];
    let calls = 0;
    await start(() => {
      const error = errors[calls];
      calls += 1;
      return error ? Promise.reject(Object.assign(new Error('no'), error)) : Promise.resolve();
    });
    await rabbit.publish(hint);
    await until('it is set aside', async () => (await rabbit.waiting(rabbit.dead)) === 1);
    await rabbit.publish(hint);
    await until('it is taken', () => calls === 4);
    stop.abort();
    await consuming;
    expect([await rabbit.waiting(), await rabbit.waiting(rabbit.dead)]).toEqual([0, 1]);
  });
});
