import type { Strategy } from '../../../src/connectors/contract/index.js';
import type { Sql } from '../../../src/database/sql.js';
import { silentLog, type Log } from '../../../src/logging/log.js';
import { silentJourney } from '../../../src/sync/journey.js';
import { OpenProject } from '../../../src/sync/open-project.js';
import { workOnAll } from '../../../src/sync/continuous-work.js';
import { Scheduler } from '../../../src/sync/schedules/scheduler.js';
import type { Pipeline } from '../../../src/mapping/pipeline.js';
import type { BreakerPolicy } from '../../../src/transfer/breaker/breaker-policy.js';
import type { PlainPim } from './plain-pim.js';
import { plainPipeline } from './plain-pipeline.js';
import { PlainShop } from './plain-shop.js';

/** Several pipelines from one PIM, each into a shop of its own. */
export interface PlainService {
  readonly project: OpenProject;
  readonly shops: ReadonlyMap<string, PlainShop>;
  /** Its schedules and workers, as the service runs them, until stopped. It looks what is due when told, or every so often. */
  start(everyMs?: number): { tick(): Promise<void>; stop(): Promise<void> };
}

const running = new Set<() => Promise<void>>();

/** Stops what a test that failed has left running. */
export async function stopServices(): Promise<void> {
  for (const stop of running) await stop();
}

export async function plainService(
  sql: Sql,
  pim: PlainPim,
  names: readonly string[],
  options: {
    readonly pipeline?: Partial<Pipeline>;
    /** What one of them has beside that, by its name. */
    readonly own?: Readonly<Record<string, Partial<Pipeline>>>;
    readonly strategies?: readonly Strategy[];
    readonly leaseMs?: number;
    /** Of another process: the same shops. */
    readonly shops?: ReadonlyMap<string, PlainShop>;
    readonly breaker?: BreakerPolicy;
    readonly log?: Log;
  } = {},
): Promise<PlainService> {
  const shops = options.shops ?? new Map(names.map((name) => [name, new PlainShop()]));
  const parts = [...shops].map(([name, shop]) => ({
    pipeline: plainPipeline({
      name,
      dependsOn: [],
      target: { connection: `shop-${name}`, resource: 'product' },
      ...options.pipeline,
      ...options.own?.[name],
    }),
    source: pim,
    sourceMaxKeys: 100,
    target: shop,
    targetDefinition: PlainShop.definition,
    ...(options.breaker ? { breaker: options.breaker } : {}),
    strategiesOf: () => options.strategies ?? ['timestamp' as const],
  }));
  const { leaseMs = 5_000, log = silentLog } = options;
  const project = await OpenProject.assemble({ sql, leaseMs, log, journey: silentJourney }, parts);
  const start = (everyMs?: number): { tick(): Promise<void>; stop(): Promise<void> } => {
    const stopping = new AbortController();
    const scheduler = new Scheduler(project, stopping.signal);
    const work = workOnAll(project, stopping.signal);
    const timer = everyMs === undefined ? undefined : setInterval(() => void scheduler.tick(), everyMs);
    const stop = async (): Promise<void> => {
      clearInterval(timer);
      stopping.abort();
      running.delete(stop);
      await Promise.all([work, scheduler.ended()]);
    };
    running.add(stop);
    return { tick: () => scheduler.tick(), stop };
  };
  return { project, shops, start };
}
