import type { Strategy } from '../../../src/connectors/contract/index.js';
import type { Pipeline } from '../../../src/mapping/pipeline.js';
import type { Sql } from '../../../src/database/sql.js';
import { silentLog, type Log } from '../../../src/logging/log.js';
import { silentJourney, type Journey } from '../../../src/sync/journey.js';
import { OpenProject, type PipelineParts } from '../../../src/sync/open-project.js';
import type { RunKind } from '../../../src/sync/runs/run-log.js';
import { dryRun, type DryRun } from '../../../src/sync/dry-run/dry-run.js';
import { SyncService, type SyncResult } from '../../../src/sync/sync-service.js';
import { PlainPim } from './plain-pim.js';
import { plainPipeline } from './plain-pipeline.js';
import { PlainShop } from './plain-shop.js';

/** A PIM, a shop and the program between them, on one test database. */
export interface PlainJourney {
  readonly pim: PlainPim;
  readonly shop: PlainShop;
  readonly project: OpenProject;
  delta(): Promise<SyncResult>;
  full(): Promise<SyncResult>;
  sweep(): Promise<SyncResult>;
  drain(): Promise<SyncResult>;
  dryRun(kind: 'delta' | 'full'): Promise<DryRun>;
}

export async function plainJourney(
  sql: Sql,
  options: {
    pipeline?: Partial<Pipeline>;
    journey?: Journey;
    log?: Log;
    pim?: PlainPim;
    shop?: PlainShop;
    /** In the place of the plain shop. */
    target?: Pick<PipelineParts, 'target' | 'targetDefinition'>;
    strategies?: readonly Strategy[];
    /** Other pipelines of the project. */
    beside?: readonly PipelineParts[];
  } = {},
): Promise<PlainJourney> {
  const pim = options.pim ?? new PlainPim();
  const shop = options.shop ?? new PlainShop();
  const parts = {
    pipeline: plainPipeline(options.pipeline),
    source: pim,
    sourceMaxKeys: 100,
    ...(options.target ?? { target: shop, targetDefinition: PlainShop.definition }),
    strategiesOf: () => options.strategies ?? ['timestamp' as const],
  };
  const { journey = silentJourney, log = silentLog } = options;
  const project = await OpenProject.assemble({ sql, leaseMs: 5_000, log, journey }, [...(options.beside ?? []), parts]);
  const service = new SyncService(project);
  const run = (kind: RunKind) => (): Promise<SyncResult> =>
    service.sync({ pipeline: parts.pipeline.name, kind, trigger: 'command', limit: null, signal: new AbortController().signal });
  const rehearse = (kind: 'delta' | 'full'): Promise<DryRun> =>
    dryRun(project, { pipeline: parts.pipeline.name, kind, limit: null, signal: new AbortController().signal });
  return { pim, shop, project, delta: run('delta'), full: run('full'), sweep: run('sweep'), drain: run('drain'), dryRun: rehearse };
}
