import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PlainPim } from '../plain/plain-pim.js';
import { PlainShop } from '../plain/plain-shop.js';
import { servePlain } from '../plain/serve-plain.js';
import { startService, type Service } from './index.js';

export interface PlainPipelineFile {
  readonly pipeline: string;
  readonly [key: string]: unknown;
}

/** A pipeline file from the plain PIM to the plain shop; it takes events and has no schedule, unless said. */
export function plainFile(pipeline: string, more: Readonly<Record<string, unknown>> = {}): PlainPipelineFile {
  return {
    pipeline,
    source: { connection: 'pim', entity: 'product' },
    target: { connection: 'shop', resource: 'product' },
    scopes: [{ store: 'all' }],
    events: true,
    deletes: { policy: 'delete' },
    fields: { sku: { from: 'sku', required: true }, name: { from: 'name', optional: true } },
    ...more,
  };
}

/** A plain PIM and shop, and mappings between them: what a service of any number of processes works on. */
export interface PlainStage {
  readonly pim: PlainPim;
  readonly shop: PlainShop;
  start(databaseUrl: string, env?: Readonly<Record<string, string>>): Promise<Service>;
  close(): Promise<void>;
}

export interface PlainStageOptions {
  readonly pipelines: readonly PlainPipelineFile[];
  /** What stands under the connection of the PIM, beside its address. */
  readonly pim?: Readonly<Record<string, unknown>>;
  /** Files beside connections.yaml and the pipelines, by name. */
  readonly beside?: Readonly<Record<string, object>>;
  /** The PIM itself; a plain one, unless said. */
  readonly source?: PlainPim;
}

export async function plainStage({
  pipelines,
  pim: config = {},
  beside = {},
  source = new PlainPim(),
}: PlainStageOptions): Promise<PlainStage> {
  const [pim, shop] = [source, new PlainShop()];
  const server = await servePlain(pim, shop);
  const mappings = await mkdtemp(join(tmpdir(), 'pim2shop-mappings-'));
  const connections = { pim: { connector: 'plain', url: server.url, ...config }, shop: { connector: 'plain-shop', url: server.url } };
  await writeFile(join(mappings, 'connections.yaml'), stringify({ connections }));
  for (const [name, file] of Object.entries(beside)) await writeFile(join(mappings, name), stringify(file));
  for (const file of pipelines) await writeFile(join(mappings, `${file.pipeline}.yaml`), stringify(file));
  return {
    pim,
    shop,
    start: (databaseUrl, env = {}) =>
      startService({
        databaseUrl,
        program: 'dist/test/kit/service/plain-main.js',
        env: { PIM2SHOP_MAPPINGS: mappings, PIM2SHOP_LEASE: '2000', ...env },
      }),
    async close() {
      await server.close();
      await rm(mappings, { recursive: true });
    },
  };
}
