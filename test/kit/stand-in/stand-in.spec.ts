import { Agent, request as httpRequest } from 'node:http';
import type { StandInServer } from './index.js';
import { startServer } from './index.js';

let server: StandInServer;
let work: string[];

beforeEach(async () => {
  work = [];
  server = await startServer(
    ({ method, path, body }) => {
      work.push(`${method} ${path}`);
      return { status: 200, body: { path, body: body ?? null } };
    },
    { itemOf: ({ path }) => path.slice(1), maxBodyBytes: 1000 },
  );
});
afterEach(() => server.close());

const get = (path: string) => fetch(`${server.url}${path}`);
const post = (path: string, body: string) =>
  fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('stand-in server', () => {
  it('hands over method, raw path, query and JSON body, and logs what came', async () => {
    const answer = await post('/a%2Fb?x=1', '{"n":1}');
    expect(await answer.json()).toEqual({ path: '/a%2Fb', body: { n: 1 } });
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/a%2Fb', body: { n: 1 }, status: 200 });
    expect(server.requests[0]?.query.get('x')).toBe('1');
    expect(server.requests.count(({ method }) => method === 'GET')).toBe(0);
    expect(server.requests.map(({ method }) => method)).toEqual(['POST']);
    server.requests.clear();
    expect(server.requests.count()).toBe(0);
  });

  it('keeps a connection open for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = [await localPort(agent, server.url), await localPort(agent, server.url)];
    expect(ports[0]).toBe(ports[1]);
    agent.destroy();
  });

  it('answers 413 to a body over the cap and does no work', async () => {
    expect((await post('/x', JSON.stringify('x'.repeat(1000)))).status).toBe(413);
    expect(work).toEqual([]);
  });

  it('says when a JSON body is none', async () => {
    const seen: boolean[] = [];
    server.onRequest(({ invalidJson }) => void seen.push(invalidJson));
    await post('/x', '{"n":');
    await post('/x', '{"n":1}');
    expect(seen).toEqual([true, false]);
  });

  it('tells listeners before the work, until they stop listening', async () => {
    const seen: string[] = [];
    const stop = server.onRequest(({ path }) => void seen.push(`before ${path}, done ${work.length}`));
    server.onAnswer((_request, { status }) => void seen.push(`answer ${status}, done ${work.length}`));
    await get('/1');
    stop();
    await get('/2');
    expect(seen).toEqual(['before /1, done 0', 'answer 200, done 1', 'answer 200, done 2']);
  });

  it('shows a mistake of its own as 500 with the stack', async () => {
    const broken = await startServer(() => {
      throw new Error('my own mistake');
    });
    const answer = await fetch(broken.url);
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('my own mistake')]);
    await broken.close();
  });

  it('closes at once although a request is being worked on', async () => {
    const slow = await startServer(() => new Promise(() => undefined));
    const answer = fetch(slow.url).then(
      () => 'answered',
      () => 'cut',
    );
    await new Promise<void>((resolve) => slow.onRequest(() => resolve()));
    await slow.close();
    expect(await answer).toBe('cut');
  });
});

describe('faults', () => {
  it('status: answers it with headers and body and does no work', async () => {
    server.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, body: { message: 'slow down' } });
    const answer = await get('/x');
    expect([answer.status, answer.headers.get('retry-after'), await answer.json(), work]).toEqual([429, '7', { message: 'slow down' }, []]);
    expect((await get('/x')).status).toBe(200);
  });

  it('delay: waits before the work and combines with another fault', async () => {
    server.faults.add({ kind: 'delay', delayMs: 80 });
    server.faults.add({ kind: 'status', status: 503 });
    const start = performance.now();
    expect((await get('/x')).status).toBe(503);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
  });

  it('half: work done, full length announced, half of the bytes come', async () => {
    server.faults.add({ kind: 'half' });
    const answer = await get('/x');
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(10);
    await expect(answer.text()).rejects.toThrow('terminated');
    expect(work).toEqual(['GET /x']);
  });

  it('lost-before: no answer, no work', async () => {
    server.faults.add({ kind: 'lost-before' });
    await expect(get('/x')).rejects.toThrow('fetch failed');
    expect([work, server.requests[0]?.status]).toEqual([[], null]);
  });

  it('lost-after: no answer, work done', async () => {
    server.faults.add({ kind: 'lost-after' });
    await expect(get('/x')).rejects.toThrow('fetch failed');
    expect(work).toEqual(['GET /x']);
  });

  it('reset: the connection is reset without work', async () => {
    server.faults.add({ kind: 'reset' });
    await expect(get('/x')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(work).toEqual([]);
  });

  it('body: work done, another answer given', async () => {
    server.faults.add({ kind: 'body', status: 200, body: '<html>maintenance</html>' });
    const answer = await get('/x');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<html>maintenance</html>',
    ]);
    expect(work).toEqual(['GET /x']);
  });

  it('strikes only what it matches, as often as it says', async () => {
    const fault = server.faults.add({ match: { method: 'GET', path: /^\/products\//g }, kind: 'status', status: 500, times: 2 });
    const statuses = [];
    for (const path of ['/other', '/products/1', '/products/2', '/products/3']) statuses.push((await get(path)).status);
    expect([statuses, fault.struck, server.faults.size]).toEqual([[200, 500, 500, 200], 2, 0]);
  });

  it('goes on until cleared with times Infinity', async () => {
    server.faults.add({ kind: 'status', status: 500, times: Infinity });
    expect([(await get('/1')).status, (await get('/2')).status]).toEqual([500, 500]);
    server.faults.clear();
    expect((await get('/3')).status).toBe(200);
  });

  it('names an item: the request about it alone is struck', async () => {
    server.faults.add({ match: { item: 'b' }, kind: 'status', status: 500 });
    expect([(await get('/a')).status, (await get('/b')).status]).toEqual([200, 500]);
  });

  it('names an item inside a request of many: the handler asks for it', async () => {
    const many = await startServer((request) => ({
      status: 200,
      body: (request.body as string[]).map((key) => request.faultFor(key)?.status ?? 200),
    }));
    many.faults.add({ match: { item: 'b' }, kind: 'status', status: 422 });
    const send = () => fetch(many.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '["a","b","c"]' });
    expect([await (await send()).json(), await (await send()).json()]).toEqual([
      [200, 422, 200],
      [200, 200, 200],
    ]);
    await many.close();
  });
});

function localPort(agent: Agent, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent }, (response) => {
      const port = response.socket.localPort;
      response.resume().on('end', () => setImmediate(() => resolve(port)));
    });
    request.on('error', reject).end();
  });
}
