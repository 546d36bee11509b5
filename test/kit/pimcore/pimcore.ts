import type { RequestLog, StandInAnswer, StandInRequest, StandInServer } from '../stand-in/index.js';
import { startServer } from '../stand-in/index.js';
import { Endpoint } from './endpoint.js';
import type { World } from './listing.js';
import { People } from './people.js';
import { buildSchema, type SchemaOptions } from './schema.js';
import { PimcoreState } from './state.js';
import { Workspaces } from './workspaces.js';

export interface PimcoreOptions extends SchemaOptions {
  readonly version?: 10 | 11 | 12;
  readonly outputCache?: boolean;
  /** Cars that are there from the beginning, for measurements. */
  readonly cars?: number;
  /** False turns the request log off. */
  readonly remember?: boolean;
}

export interface Pimcore {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Address of the endpoint. */
  readonly url: string;
  readonly apiKey: string;
  readonly version: 10 | 11 | 12;
  readonly server: StandInServer;
  readonly requests: RequestLog;
  readonly faults: StandInServer['faults'];
  readonly state: PimcoreState;
  readonly people: People;
  readonly workspaces: Workspaces;
  /** The PIM's clock, epoch milliseconds. It stands still unless moved. */
  now(): number;
  advance(ms: number): void;
  /** Called between the count of each listing and its rows. */
  onCounted: () => void;
  close(): Promise<void>;
}

const path = '/pimcore-graphql-webservices/shop';

/** Starts a Pimcore with the classes Car and Brand, and a Data Hub configuration that shows them. */
export async function startPimcore(options: PimcoreOptions = {}): Promise<Pimcore> {
  const { version = 11, outputCache = false } = options;
  const apiKey = 'key-of-the-shop';
  let clock = Date.now();
  const state = new PimcoreState();
  const workspaces = new Workspaces(state);
  const world: World = { state, workspaces, version, onCounted: () => pimcore.onCounted() };
  const endpoint = new Endpoint(buildSchema(options), world, { path, apiKey, outputCache }, () => clock);
  const people = new People(state, () => clock);
  for (let car = 1; car <= (options.cars ?? 0); car++) people.add({ localized: { name: { en: `Car ${car}`, de: `Wagen ${car}` } } });
  const server = await startServer((request) => (request.path === path ? endpoint.answer(request) : file(state, request)), {
    remember: options.remember ?? true,
    // The Date header is the PIM's clock, which need not be ours: on refusals and faults too.
    headers: () => ({ date: new Date(clock).toUTCString() }),
  });
  const pimcore: Pimcore = {
    origin: server.url,
    url: server.url + path,
    apiKey,
    version,
    server,
    requests: server.requests,
    faults: server.faults,
    state,
    people,
    workspaces,
    now: () => clock,
    advance: (ms) => (clock += ms),
    onCounted: () => undefined,
    close: () => server.close(),
  };
  return pimcore;
}

/** Assets are files of the web server; a thumbnail of one says which it is. */
function file({ assets }: PimcoreState, { path: encoded }: StandInRequest): StandInAnswer {
  const [, thumbnail, wanted] = /^\/thumbs\/([^/]+)(\/.*)$/.exec(decodeURIComponent(encoded)) ?? [null, null, decodeURIComponent(encoded)];
  const asset = [...assets.values()].find(({ fullpath }) => fullpath === wanted);
  if (asset === undefined) return { status: 404, body: '<html>404 Not Found</html>' };
  const bytes = thumbnail ? Buffer.concat([Buffer.from(`${thumbnail}:`), asset.bytes]) : asset.bytes;
  return { status: 200, headers: { 'content-type': asset.mimeType }, body: bytes };
}
