import { Counter, Registry } from 'prom-client';
import { hookResults, unnamedResults, type HookCounts } from '../../hooks/hook-counts.js';
import type { FlowMetric } from './flow-metrics.js';

export const hookMetrics = {
  webhooks: {
    name: 'pim2shop_webhooks_total',
    kind: 'counter',
    help: 'webhooks that came, by what became of them; without a connection those that nobody takes',
    labels: ['connection', 'result'],
  },
} as const satisfies Readonly<Record<string, FlowMetric>>;

/** Everything that may become of one stands there from the start: what begins at 1 is no increase to Prometheus. */
export function hookRegistry(counts: HookCounts): Registry {
  const registry = new Registry();
  const { name, help, labels } = hookMetrics.webhooks;
  new Counter({
    ...{ name, help },
    labelNames: labels,
    registers: [registry],
    async collect() {
      const connections = await counts.connections();
      this.reset();
      for (const connection of connections)
        for (const result of hookResults) this.inc({ connection, result }, counts.count(connection, result));
      for (const result of unnamedResults) this.inc({ connection: '', result }, counts.count('', result));
    },
  });
  return registry;
}
