import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

export interface ForkedStandIn {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in in a process of its own, from the built `dist`, so that its work does not count as
 * the program's. `options` are those of its start function, as JSON. It ends with this process.
 */
export async function forkStandIn(
  name: 'magento' | 'batch-shop' | 'akeneo' | 'couch' | 'json-api' | 'pimcore',
  options: Readonly<Record<string, unknown>> = {},
): Promise<ForkedStandIn> {
  const file = join(repositoryRoot(), 'dist/test/kit', name, 'serve.js');
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first`);
  const child = fork(file, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const said: unknown = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => message),
    ended.then(() => {
      throw new Error(`the stand-in ${name} ended before it listened`);
    }),
  ]);
  return {
    url: (said as { url: string }).url,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
