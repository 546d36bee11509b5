import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeenVersion } from '../../../src/connectors/contract/index.js';
import { MarkingPim } from './marking-pim.js';
import type { PlainPim } from './plain-pim.js';
import type { PlainShop } from './plain-shop.js';

/** Puts a plain PIM and shop on loopback, so that they outlive the program that is killed between them. */
export interface PlainServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePlain(pim: PlainPim, shop: PlainShop): Promise<PlainServer> {
  const signal = new AbortController().signal;
  const needs = { attributes: null, fields: [], locales: null, channels: null };
  const methods: Record<string, (argument: never) => Promise<unknown>> = {
    changes: ({ entity, cursor, overlapMs }: { entity: string; cursor: null; overlapMs: number }) =>
      pim.changes(entity, cursor, { needs, signal, overlapMs }),
    keys: ({ cursor, withRecords }: { cursor: null; withRecords: boolean }) => pim.keys('product', cursor, { needs, signal, withRecords }),
    acknowledge: async ({ seen }: { seen: SeenVersion[] }) => {
      if (pim instanceof MarkingPim) await pim.acknowledge('product', seen);
      return null;
    },
    fetch: ({ keys }: { keys: string[] }) => pim.fetch('product', keys),
    write: ({ items, resolved }: { items: never[]; resolved: Record<string, string> }) =>
      shop.write(items, {
        signal,
        resolve: ({ pipeline, key }) => resolved[`${pipeline} ${key}`],
        alone: (_names, work) => work(),
        managed: () => Promise.resolve(new Set<string>()),
        asset: () => Promise.resolve(null),
      }),
  };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const method = methods[request.url?.slice(1) ?? ''];
      const argument = JSON.parse(Buffer.concat(chunks).toString('utf8')) as never;
      Promise.resolve(method?.(argument)).then(
        (answer) => response.end(JSON.stringify(answer)),
        (error: unknown) => {
          response.statusCode = 503;
          response.end(String(error));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
