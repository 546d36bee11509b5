import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../stand-in/index.js';
import { Desk } from './desk.js';

export interface CouchOptions {
  /** Address of a PouchDB Server: `forkStandIn('couch')`. */
  readonly server: string;
  /** Sequences are texts, as a cluster gives them; true by default, else numbers. */
  readonly opaque?: boolean;
  /** Name of the database, whose records are forgotten if there is one; its own by default. */
  readonly database?: string;
}

/** A CouchDB with one database of its own: a PouchDB Server behind a line that can be made to fail, with a clock and a password. */
export interface Couch extends StandInServer {
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly desk: Desk;
  now(): number;
  /** Its clock stands still unless it is moved. */
  advance(ms: number): void;
  /** From now on sequences handed out before are refused. */
  expireSequences(): void;
  /** Deletes the database and makes it again, empty. */
  recreate(): Promise<void>;
  /** Every listing is one page of these JSON texts, until what is answered is called. */
  serves(rows: readonly string[]): () => void;
}

let databases = 0;

export async function startCouch(options: CouchOptions): Promise<Couch> {
  const { server, opaque = true, database = `catalogue-${(databases += 1)}` } = options;
  const address = `${server}/${database}`;
  const [username, password] = ['reader', 'pass:wörd'];
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  let clock = Date.UTC(2026, 0, 1);
  let cluster = 1;
  let served: readonly string[] | null = null;
  await madeAnew();
  const front = await startServer(answer, { headers: () => ({ date: new Date(clock).toUTCString() }) });
  return Object.assign(front, {
    database,
    username,
    password,
    desk: new Desk(address),
    now: () => clock,
    advance: (ms: number) => void (clock += ms),
    expireSequences: () => void (cluster += 1),
    recreate: madeAnew,
    serves: (rows: readonly string[]) => {
      served = rows;
      return () => void (served = null);
    },
  });

  async function madeAnew(): Promise<void> {
    await fetch(address, { method: 'DELETE' });
    const { status } = await fetch(address, { method: 'PUT' });
    if (status !== 201) throw new Error(`the database ${database} could not be made: ${status}`);
  }

  async function answer(request: StandInRequest): Promise<StandInAnswer> {
    const { path, query, headers } = request;
    if (headers.authorization !== authorization)
      return { status: 401, body: { error: 'unauthorized', reason: 'Name or password is incorrect.' } };
    if (served !== null && path.endsWith('/_changes'))
      return { status: 200, body: Buffer.from(`{"results":[${served.join(',')}],"last_seq":9,"pending":0}`) };
    if (served !== null && path.endsWith('/_all_docs'))
      return { status: 200, body: Buffer.from(`{"total_rows":9,"offset":0,"rows":[${served.join(',')}]}`) };
    const [, since = query.get('since'), mark = String(cluster)] = /^(\d+)-(.*)$/.exec(query.get('since') ?? '') ?? [];
    if (mark !== String(cluster))
      return { status: 400, body: { error: 'bad_request', reason: "Malformed sequence supplied in 'since' parameter." } };
    if (since !== null) query.set('since', since);
    return asked(request);
  }

  async function asked({ method, path, query, rawBody }: StandInRequest): Promise<StandInAnswer> {
    const said = await fetch(`${server}${path}?${query}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(rawBody.length > 0 ? { body: rawBody } : {}),
    });
    const text = await said.text();
    return { status: said.status, headers: { 'content-type': 'application/json' }, body: Buffer.from(opaque ? asTexts(text) : text) };
  }

  function asTexts(body: string): string {
    return body.replace(/"(last_seq|seq|update_seq)":(\d+)/g, (_, name: string, seq: string) => `"${name}":"${seq}-${cluster}"`);
  }
}
