import { Agent } from 'node:http';
import { plainSecret, signedDelivery, told } from '../../test/kit/plain/plain-webhooks.js';
import { plainFile, plainStage } from '../../test/kit/service/plain-service.js';
import { median, type Bench, type BenchOptions, type Finding } from '../kit/bench.js';
import { startPrivateServer, type PrivateServer } from '../kit/private-server.js';
import { deliver, type Answer } from './deliver.js';

/** How long the slowest answer but one in a hundred may take, milliseconds. */
const goalMs = 100;
/** Connections of the sender, each with one delivery under way. */
const connections = 32;

interface Storm {
  readonly answers: readonly Answer[];
  readonly ms: number;
  /** Entries for each record once all are answered. */
  readonly queued: number;
  readonly inShop: number;
}

/** A storm of signed webhooks against the running service, which delivers what they tell of at the same time. */
export const hooks: Bench = {
  name: 'hooks',
  description: 'a storm of 5,000 signed webhooks against the running service: how long the answers take, and whether all is queued',
  async run(options) {
    const server = await startPrivateServer();
    try {
      const storms: Storm[] = [];
      for (let round = 1; round <= options.rounds; round += 1) {
        const storm = await oneStorm(server, options.tiny ? 200 : 5_000);
        storms.push(storm);
        options.say(`round ${round}: ${describe(storm)}`);
      }
      return [finding(storms, options)];
    } finally {
      await server.stop();
    }
  },
};

async function oneStorm(server: PrivateServer, count: number): Promise<Storm> {
  const database = await server.fresh();
  const secret = plainSecret('a');
  const stage = await plainStage({ pipelines: [plainFile('products')], pim: { webhookSecrets: [secret] } });
  for (let key = 1; key <= count; key += 1) stage.pim.put(`${key}`, { sku: `SKU-${key}` });
  const service = await stage.start(database.url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    const url = `${service.url}/hooks/pim`;
    // The first statements of a connection are planned and compiled: no storm begins with them.
    await deliver(
      url,
      agent,
      Array.from({ length: connections }, () => signedDelivery(secret, [{ ...told('0'), entity: 'category' }])),
    );
    const deliveries = Array.from({ length: count }, (_, index) => signedDelivery(secret, [told(`${index + 1}`)]));
    const started = performance.now();
    const answers = await deliver(url, agent, deliveries);
    const ms = performance.now() - started;
    const [row] = await database.query<{ queued: number }>('SELECT count(*) AS queued FROM webhook_delivery WHERE delivery LIKE $1', [
      'hook msg%',
    ]);
    // Every one that was answered reaches the shop.
    const until = performance.now() + 60_000;
    while (stage.shop.products.size < count && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    return { answers, ms, queued: row?.queued ?? 0, inShop: stage.shop.products.size };
  } finally {
    agent.destroy();
    service.kill('SIGTERM');
    await service.ended;
    await stage.close();
    await database.close();
  }
}

function finding(storms: readonly Storm[], { tiny }: BenchOptions): Finding {
  const measured = median(storms.map(({ answers }) => percentile(answers, 0.99)));
  const count = tiny ? 200 : 5_000;
  const equal = storms.every(
    ({ answers, queued, inShop }) => answers.every(({ status }) => status === 202) && queued === count && inShop === count,
  );
  return {
    name: '99th percentile of the answers',
    unit: 'ms',
    reference: goalMs,
    measured,
    ratio: goalMs / measured,
    goal: 1,
    equal,
    notes: storms.map((storm) => describe(storm)),
  };
}

function describe({ answers, ms, queued, inShop }: Storm): string {
  const at = (part: number): string => percentile(answers, part).toFixed(1);
  const accepted = answers.filter(({ status }) => status === 202).length;
  return (
    `${accepted} of ${answers.length} accepted over ${connections} connections, ${queued} written down, ${inShop} in the shop; ` +
    `${Math.round((answers.length / ms) * 1000)} answers/s; p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)} ms`
  );
}

function percentile(answers: readonly Answer[], part: number): number {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}
