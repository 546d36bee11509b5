import { BadAnswer, Unauthorized, Unavailable } from '../contract/errors.js';
import { startServer } from '../../../test/kit/stand-in/index.js';
import type { StandInAnswer, StandInRequest, StandInServer } from '../../../test/kit/stand-in/index.js';
import { bearer, createHttpClient, renewable, RequestFailure } from './index.js';
import type { HttpClient, HttpClientOptions } from './index.js';
import { retryAfterMs } from './retry-after.js';

let server: StandInServer;
let clients: HttpClient[] = [];
let answer: (request: StandInRequest) => StandInAnswer;

beforeEach(async () => {
  answer = () => ({ status: 200, body: { ok: true } });
  server = await startServer((request) => answer(request));
});

afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await server.close();
});

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({ connection: 'pim', baseUrl: server.url, concurrency: 4, ...options });
  clients.push(made);
  return made;
}

const { signal } = new AbortController();
const get = (path: string) => ({ method: 'GET', path, signal, idempotent: true }) as const;
const post = (path: string) => ({ method: 'POST', path, signal, body: { a: 1 } }) as const;
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as Error,
  );

describe('an answer', () => {
  it('comes with its status, headers and parsed body', async () => {
    answer = (request) => ({ status: 201, headers: { 'x-test': 'yes' }, body: { sent: request.body, q: request.query.get('q') } });
    const got = await client().request({ ...post('/things'), query: { q: 'a b', none: undefined } });
    expect(got).toMatchObject({ status: 201, body: { sent: { a: 1 }, q: 'a b' }, retryAfterMs: null });
    expect(got.headers['x-test']).toBe('yes');
  });

  it('with a failing status is handed back, whatever its body', async () => {
    answer = () => ({ status: 404, body: '<html>nothing here</html>' });
    expect(await client().request(get('/x'))).toMatchObject({ status: 404, body: '<html>nothing here</html>' });
  });

  it('without a body is no error', async () => {
    answer = () => ({ status: 204 });
    expect((await client().request(get('/x'))).body).toBeUndefined();
  });

  it('that says 200 and is a page of HTML is a bad answer', async () => {
    answer = () => ({ status: 200, body: '<html>please sign in</html>' });
    const error = await failureOf(client().request(get('/x')));
    expect(error).toBeInstanceOf(BadAnswer);
    expect(error?.message).toContain('no JSON: <html>please sign in');
  });

  it('beyond the size cap is cut off', async () => {
    answer = () => ({ status: 200, body: { text: 'x'.repeat(5000) } });
    const error = await failureOf(client({ maxBytes: 1000 }).request(get('/x')));
    expect(error).toBeInstanceOf(BadAnswer);
    expect(error?.message).toContain('more than 1000 bytes');
  });

  it('is never followed when it is a redirect', async () => {
    answer = () => ({ status: 302, headers: { location: 'http://169.254.169.254/latest' } });
    expect((await client().request(get('/x'))).status).toBe(302);
  });

  it('in bytes comes as it is', async () => {
    answer = () => ({ status: 200, body: Buffer.from([0, 255, 1]) });
    expect((await client().request({ ...get('/x'), accept: 'bytes' })).body).toEqual(Buffer.from([0, 255, 1]));
  });
});

describe('no whole answer', () => {
  it.each(['half', 'lost-after', 'reset'] as const)('%s: a write is not sent again, and may have been applied', async (kind) => {
    server.faults.add({ kind });
    const error = await failureOf(client().request(post('/x')));
    expect(error).toBeInstanceOf(Unavailable);
    expect(((error as Unavailable).cause as RequestFailure).sent).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it('from a server that is not there: certainly not applied', async () => {
    const gone = client();
    await server.close();
    const error = await failureOf(gone.request(post('/x')));
    expect(error).toBeInstanceOf(Unavailable);
    expect(((error as Unavailable).cause as RequestFailure).sent).toBe(false);
  });

  it('in time: the slot is freed', async () => {
    server.faults.add({ kind: 'delay', delayMs: 5000 });
    const one = client({ concurrency: 1, timeoutMs: 50 });
    expect(await failureOf(one.request(post('/slow')))).toMatchObject({ message: expect.stringContaining('no whole answer in time') });
    expect((await one.request({ ...post('/fast'), timeoutMs: 5000 })).status).toBe(200);
  });

  it('is what the caller gets who stops the request', async () => {
    const stop = new AbortController();
    server.onRequest(() => stop.abort());
    server.faults.add({ kind: 'delay', delayMs: 5000 });
    expect(await failureOf(client().request({ ...get('/x'), signal: stop.signal }))).toBeInstanceOf(Unavailable);
    const late = await failureOf(client().request({ ...post('/x'), signal: stop.signal }));
    expect(((late as Unavailable).cause as RequestFailure).sent).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('is asked for again where that does no harm', async () => {
    server.faults.add({ kind: 'half', times: 2 });
    expect((await client().request(get('/x'))).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });
});

describe('a server under load', () => {
  it('gets no more requests at once than agreed', async () => {
    server.faults.add({ kind: 'delay', delayMs: 20, times: Infinity });
    const two = client({ concurrency: 2 });
    await Promise.all(Array.from({ length: 10 }, (_, i) => two.request(get(`/${i}`))));
    expect(server.maxInFlight).toBe(2);
  });

  it('is left alone by every request of the connection as long as it says', async () => {
    server.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    const pim = client();
    const first = await pim.request(post('/a'));
    expect(first).toMatchObject({ status: 429, retryAfterMs: 1000 });
    await pim.request(get('/b'));
    const [refused, next] = server.requests;
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it('that asks for a long rest is not asked again: the engine pauses the connection', async () => {
    server.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    expect(await client().request(get('/x'))).toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
    expect(server.requests).toHaveLength(1);
  });

  it('that keeps failing has its last answer handed back', async () => {
    server.faults.add({ kind: 'status', status: 502, times: Infinity });
    expect((await client({ retries: 1 }).request(get('/x'))).status).toBe(502);
    expect(server.requests).toHaveLength(2);
  });

  it('names its rest in seconds or as a date', () => {
    expect(retryAfterMs('7')).toBe(7000);
    expect(retryAfterMs('Sat, 21 Nov 2026 10:00:05 GMT', Date.UTC(2026, 10, 21, 10, 0, 0))).toBe(5000);
    expect(retryAfterMs('soon')).toBeNull();
    expect(retryAfterMs(undefined)).toBeNull();
  });
});

describe('credentials', () => {
  it('are obtained once for all who ask at once, and renewed once for all who were refused', async () => {
    let flights = 0;
    let good = 'token-1';
    answer = (request) => ({ status: request.headers.authorization === `Bearer ${good}` ? 200 : 401, body: {} });
    const authorization = renewable(() => Promise.resolve(`token-${(flights += 1)}`));
    const pim = client({ authorization });
    await Promise.all(Array.from({ length: 8 }, () => pim.request(get('/x'))));
    expect(flights).toBe(1);
    good = 'token-2';
    const answers = await Promise.all(Array.from({ length: 8 }, () => pim.request(get('/x'))));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(flights).toBe(2);
  });

  it('refused also after renewal, or not renewable, are unauthorized, and stand in no message', async () => {
    answer = () => ({ status: 401, body: {} });
    const renewed = await failureOf(client({ authorization: renewable(() => Promise.resolve('canary-a')) }).request(get('/x')));
    const fixed = await failureOf(client({ authorization: bearer('shop', 'canary-b') }).request(get('/x')));
    for (const error of [renewed, fixed]) {
      expect(error).toBeInstanceOf(Unauthorized);
      expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toMatch(/canary/);
    }
  });

  it('that could not be obtained once may be obtained the next time', async () => {
    let tries = 0;
    const authorization = renewable(() => ((tries += 1) === 1 ? Promise.reject(new Unavailable('down')) : Promise.resolve('good')));
    expect((await client({ authorization }).request(get('/x'))).status).toBe(200);
    expect(tries).toBe(2);
  });
});

describe('a link that comes from data', () => {
  it('is followed within the connection', async () => {
    expect((await client().request(get(`${server.url}/next?page=2`))).status).toBe(200);
  });

  it.each([
    'http://127.0.0.1:1/elsewhere',
    'http://2130706433/decimal',
    'http://[::ffff:127.0.0.1]/mapped',
    'http://169.254.169.254/latest/meta-data',
    'http://user:secret@example.com/',
    '//example.com/x',
    'file:///etc/passwd',
  ])('is not followed to %s', async (link) => {
    expect(await failureOf(client().request(get(link)))).toBeInstanceOf(BadAnswer);
    expect(server.requests).toHaveLength(0);
  });

  it('is followed to a host that was allowed by name, but never to a link-local one', async () => {
    const pictures = client({ baseUrl: 'http://pim.invalid', allowedHosts: ['127.0.0.1', '169.254.169.254', '[fe80::1]'] });
    expect((await pictures.request(get(`${server.url}/picture`))).status).toBe(200);
    for (const link of ['http://169.254.169.254/', 'http://[fe80::1]/', 'http://0xa9fea9fe/']) {
      expect(await failureOf(pictures.request(get(link)))).toBeInstanceOf(BadAnswer);
    }
  });
});
