import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Akeneo } from '../akeneo/index.js';
import { environment } from '../catalogue-journey/index.js';
import type { Magento } from '../magento/index.js';
import { repositoryRoot } from '../stand-in/index.js';

/** The service in a process of its own, as `npm start` runs it. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** Everything it wrote to its terminal. */
  readonly output: () => string;
  /** How it ended: exit code, or signal. */
  readonly ended: Promise<number | string | null>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `dist/src/main.js`, unless it is to know other connectors. */
  readonly program?: string;
}

/** Starts the program and waits until it listens, or has ended. */
export async function startService({ databaseUrl, env = {}, program = 'dist/src/main.js' }: ServiceOptions): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-service-'));
  const child = spawn(process.execPath, [join(repositoryRoot(), program)], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let listens: (url: string | null) => void = () => undefined;
  const listening = new Promise<string | null>((resolve) => (listens = resolve));
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
    const url = /listens on (http:\/\/\S+)/.exec(output)?.[1];
    if (url !== undefined) listens(url);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => {
      listens(null);
      resolve(signal ?? code);
    }),
  ).finally(() => rm(folder, { recursive: true, force: true }));
  const url = await listening;
  return { url: url ?? '', pid: child.pid ?? 0, output: () => output, ended, kill: (signal) => void child.kill(signal) };
}

/** The project's own mapping, with a delta each second and small batches: something is always under way. */
export async function quickMappings(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-mappings-'));
  await cp(join(repositoryRoot(), 'mappings/akeneo-to-magento'), folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith('.yaml')) await writeFile(path, quick(await readFile(path, 'utf8')));
  }
  return folder;
}

function quick(pipeline: string): string {
  return pipeline.replace(/every: \w+/, 'every: 1s').replace(/items: \d+/, 'items: 10');
}

/** What the service is told of both ends. */
export function serviceEnvironment(pim: Akeneo, shop: Magento, mappings: string): Record<string, string> {
  return { ...environment(pim, shop), PIM2SHOP_MAPPINGS: mappings, PIM2SHOP_LEASE: '2000' };
}
