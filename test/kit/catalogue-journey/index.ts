import { join } from 'node:path';
import { alertsFile } from '../../../src/alerts/file/alerts-file.js';
import { formatMistakes } from '../../../src/config/format-mistakes.js';
import { loadProject } from '../../../src/config/load-project.js';
import { sources } from '../../../src/connectors/sources/index.js';
import { targets } from '../../../src/connectors/targets/index.js';
import type { Sql } from '../../../src/database/sql.js';
import { silentLog } from '../../../src/logging/log.js';
import { silentJourney, type Journey } from '../../../src/sync/journey.js';
import { openFiles } from '../../../src/sync/open-files.js';
import type { OpenProject } from '../../../src/sync/open-project.js';
import type { RunKind } from '../../../src/sync/runs/run-log.js';
import { SyncService, type Progress, type SyncResult } from '../../../src/sync/sync-service.js';
import type { Akeneo } from '../akeneo/index.js';
import { compareShops, expectedShop, readPim, readShop, type Agreement } from '../agreement/index.js';
import type { Magento } from '../magento/index.js';
import { repositoryRoot } from '../stand-in/index.js';

export interface CatalogueJourneyOptions {
  readonly sql: Sql;
  readonly pim: Akeneo;
  readonly shop: Magento;
  /** 30 s by default. */
  readonly leaseMs?: number;
  readonly journey?: Journey;
  /** Folder of the mapping; the project's own by default. */
  readonly mappings?: string;
}

/** The project's own mapping between a stand-in Akeneo and a stand-in Magento, opened as the program opens it. */
export interface CatalogueJourney {
  readonly project: OpenProject;
  /** One pass of one pipeline. */
  sync(pipeline: string, kind: RunKind, progress?: (progress: Progress) => void): Promise<SyncResult>;
  /** One pass of all pipelines, in the order of their dependencies. */
  pass(kind: RunKind): Promise<SyncResult[]>;
  /** Whether the shop shows what the PIM holds now, both read over their interfaces. */
  agreement(): Promise<Agreement>;
  close(): Promise<void>;
}

export async function catalogueJourney({ sql, pim, shop, leaseMs, journey, mappings }: CatalogueJourneyOptions): Promise<CatalogueJourney> {
  const loaded = await loadProject(mappings ?? join(repositoryRoot(), 'mappings/akeneo-to-magento'), {
    env: environment(pim, shop),
    sources,
    targets,
    beside: [alertsFile],
  });
  if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
  const settings = { sql, leaseMs: leaseMs ?? 30_000, log: silentLog, journey: journey ?? silentJourney };
  const opened = await openFiles(loaded.project, settings);
  if ('mistakes' in opened) throw new Error(formatMistakes(opened.mistakes));
  const { project } = opened;
  const service = new SyncService(project);
  const sync: CatalogueJourney['sync'] = (pipeline, kind, progress) =>
    service.sync({
      pipeline,
      kind,
      trigger: 'command',
      limit: null,
      signal: new AbortController().signal,
      ...(progress ? { progress } : {}),
    });
  return {
    project,
    sync,
    async pass(kind) {
      const results: SyncResult[] = [];
      for (const pipeline of project.pipelines) results.push(await sync(pipeline, kind));
      return results;
    },
    async agreement() {
      const expected = expectedShop(await readPim({ url: pim.url, ...pim.credentials }));
      return compareShops(expected, await readShop(shop.url, shop.token));
    },
    close: () => project.close(),
  };
}

/** What anybody who runs the mapping would put into the environment. */
export function environment(pim: Akeneo, shop: Magento): Record<string, string> {
  return {
    AKENEO_URL: pim.url,
    AKENEO_CLIENT_ID: pim.credentials.clientId,
    AKENEO_SECRET: pim.credentials.secret,
    AKENEO_USERNAME: pim.credentials.username,
    AKENEO_PASSWORD: pim.credentials.password,
    MAGENTO_URL: shop.url,
    MAGENTO_TOKEN: shop.token,
  };
}
