import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';

/** A piece of network between the program and a server of somebody else's, that can be made to fail. */
export interface Relay {
  readonly port: number;
  /** Connections that stand now. */
  readonly open: number;
  /** From now on what the server answers is kept back; what it is asked goes through. */
  keepAnswers(): void;
  /** Ends every connection, without a word to either side, and lets none through until `up`. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

export async function startRelay(to: NetConnectOpts): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let keeps = false;
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const upstream = connect(to);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (!keeps) client.write(chunk);
    });
    for (const socket of pair) {
      // Whoever ends it, the other end goes too; that it was broken is what a relay is for.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size;
    },
    keepAnswers: () => void (keeps = true),
    down: () => {
      isDown = true;
      cut();
    },
    up: () => void (isDown = false),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** Where a PostgreSQL of this address is reached: a port, or a socket in a folder. */
export function postgresAt(url: string): NetConnectOpts {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  return folder?.startsWith('/') ? { path: `${folder}/.s.PGSQL.${port || '5432'}` } : { host: hostname, port: Number(port || 5432) };
}

/** The address of that PostgreSQL, by way of a relay. */
export function throughRelay(url: string, { port }: Relay): string {
  const relayed = new URL(url);
  relayed.searchParams.delete('host');
  relayed.host = `127.0.0.1:${port}`;
  return relayed.toString();
}
