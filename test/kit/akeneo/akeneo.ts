import { multiplyCatalog, readCatalog } from '../catalog/index.js';
import type { Catalog } from '../catalog/index.js';
import type { RequestLog, StandInServer } from '../stand-in/index.js';
import { startServer } from '../stand-in/index.js';
import { Designers } from './designers.js';
import { Desk } from './desk.js';
import { People } from './people.js';
import { PimState } from './state.js';
import { Tokens } from './tokens.js';
import type { Credentials } from './tokens.js';

export interface AkeneoOptions {
  /** A catalogue, or the folder of a CSV export. */
  readonly catalog: Catalog | string;
  /** The catalogue so many times over, for benches; 1 by default. */
  readonly times?: number;
  /** How far the PIM's clock is from ours, milliseconds; negative is behind. */
  readonly clockOffsetMs?: number;
  /** How long before its start the catalogue was last edited, milliseconds; a day by default. */
  readonly editedBeforeMs?: number;
  /** Life of an access token in seconds; an hour by default. */
  readonly tokenSeconds?: number;
  /** Concurrent calls before 429; 4 by default, as Akeneo grants a connection. */
  readonly concurrency?: number;
  readonly credentials?: Credentials;
  readonly port?: number;
  readonly latency?: number;
  /** False turns the request log off (benches). */
  readonly remember?: boolean;
}

export interface Akeneo {
  /** `http://127.0.0.1:<port>`, without `/api`. */
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly server: StandInServer;
  readonly requests: RequestLog;
  readonly faults: StandInServer['faults'];
  readonly state: PimState;
  readonly tokens: Tokens;
  /** What the PIM's own people do, behind the interface. */
  readonly people: People;
  /** What those do who shape the catalogue. */
  readonly designers: Designers;
  /** The PIM's clock, epoch milliseconds. */
  now(): number;
  /** From now on the clock shows this. */
  setClock(now: () => number): void;
  /** Moves the clock on by so much, or back. */
  advance(ms: number): void;
  /** Concurrent calls before 429; may be changed while it runs, Infinity for none. */
  readonly limit: { concurrency: number };
  /** From now on positions handed out before are refused, as after an upgrade. */
  expirePositions(): void;
  /** How many records an entity has. */
  count(entity: string): number | null;
  close(): Promise<void>;
}

export const usualCredentials: Credentials = { clientId: 'client', secret: 'secret', username: 'admin', password: 'admin' };

/** Starts an Akeneo 7 that holds a catalogue. */
export async function startAkeneo(options: AkeneoOptions): Promise<Akeneo> {
  const read = typeof options.catalog === 'string' ? await readCatalog(options.catalog) : options.catalog;
  const catalog = options.times && options.times > 1 ? multiplyCatalog(read, options.times) : read;
  let clock = (): number => Date.now() + (options.clockOffsetMs ?? 0);
  const state = new PimState(catalog, clock() - (options.editedBeforeMs ?? 86_400_000));
  const credentials = options.credentials ?? usualCredentials;
  const tokens = new Tokens(credentials, options.tokenSeconds ?? 3600);
  const desk = new Desk(state, tokens);
  const limit = { concurrency: options.concurrency ?? 4, answer: tooMany };
  const server = await startServer((request) => desk.answer(request), {
    ...options,
    limit,
    // The Date header is the PIM's clock, which need not be ours: on refusals and faults too.
    headers: () => ({ date: new Date(clock()).toUTCString() }),
  });
  desk.open(server.url);
  return {
    url: server.url,
    port: server.port,
    credentials,
    server,
    requests: server.requests,
    faults: server.faults,
    state,
    tokens,
    people: new People(state, () => clock()),
    designers: new Designers(state),
    now: () => clock(),
    setClock: (now) => (clock = now),
    advance: (ms) => {
      const before = clock;
      clock = () => before() + ms;
    },
    limit,
    expirePositions: () => desk.expirePositions(),
    count: (entity) =>
      ({ product: state.products.size, 'product-model': state.models.size, category: state.categories.size })[entity] ?? null,
    close: () => server.close(),
  };
}

const tooMany = {
  status: 429,
  headers: { 'retry-after': '1' },
  body: { code: 429, message: 'You have exceeded the limit of concurrent API calls.' },
};
