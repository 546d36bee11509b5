import { connect } from 'node:net';
import { roles, type Role } from '../../src/access/roles.js';
import { describeApi } from '../../src/admin/openapi/document-api.js';
import { problemCodes } from '../../src/admin/problem/codes.js';
import { startApi, environmentKey, type ApiStand } from '../kit/api/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';

let test: TestDatabase;
let api: ApiStand;
const maker = { kind: 'user', name: 'test' } as const;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test);
}, 60_000);
afterAll(async () => {
  await api.close();
  await test.drop();
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly role: Role;
}

/** Every operation of the document, with places that lead to nothing. */
function operations(): Operation[] {
  return Object.entries(describeApi(api.app).paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { readonly 'x-role'?: Role }>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{id\}/g, '999999').replace(/\{[^}]+\}/g, 'nothing'),
      role: operation['x-role'] as Role,
    })),
  );
}

/** Every route the server has, as express knows them. */
function served(): string[] {
  const { stack } = (
    api.app.getHttpAdapter().getInstance() as { router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] } }
  ).router;
  return stack.flatMap(({ route }) =>
    route?.path.startsWith('/api/')
      ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
      : [],
  );
}

const withProblem = (code: keyof typeof problemCodes) => ({
  status: problemCodes[code].status,
  body: { code, status: problemCodes[code].status },
});

describe('the documentation of the API', () => {
  it('has every route that is served, and each names the role it takes', () => {
    const documented = Object.entries(describeApi(api.app).paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.length).toBeGreaterThan(20);
    expect([...documented].sort()).toEqual(served().sort());
    expect(operations().filter(({ role }) => !roles.includes(role))).toEqual([]);
  });

  it('is told to everybody, for people and for programs', async () => {
    expect((await fetch(`${api.url}/docs`)).headers.get('content-type')).toContain('text/html');
    const document = (await (await fetch(`${api.url}/docs/openapi.json`)).json()) as { openapi: string };
    expect(document.openapi).toMatch(/^3\./);
  });
});

describe('every role at every route', () => {
  it('is let in or refused by what the route takes', async () => {
    const wrong: string[] = [];
    for (const { method, path, role } of operations()) {
      for (const held of roles) {
        const { status } = await api.ask(method, path, {
          key: api.keys[held],
          ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
        });
        const allowed = roles.indexOf(held) >= roles.indexOf(role);
        const refused = status === 403;
        if (refused === allowed || status === 401 || status >= 500) wrong.push(`${held}: ${method} ${path} answered ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('none lets anybody in without a key, with one that was made up, has expired, or was revoked', async () => {
    const short = await api.service.create({ name: 'short', role: 'admin', expiresInMs: 1 }, maker);
    const gone = await api.service.create({ name: 'gone', role: 'admin', expiresInMs: null }, maker);
    await api.service.revoke(gone.id, maker);
    const forged = `${short.prefix}_${'A'.repeat(43)}`;
    const cut = api.keys.admin.slice(0, -1);
    const tried = [null, forged, cut, `${api.keys.admin}A`, short.text, gone.text, environmentKey.slice(1), 'x', "' OR 1=1 --"];
    let accepted = 0;
    let asked = 0;
    for (const { method, path } of operations()) {
      for (const key of tried) {
        const answer = await api.ask(method, path, { key });
        asked += 1;
        if (answer.status !== 401) accepted += 1;
        expect(answer).toMatchObject(withProblem('no_key'));
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      }
    }
    expect({ accepted, asked }).toEqual({ accepted: 0, asked: operations().length * tried.length });
  });

  it('answers nobody where a route has no policy', async () => {
    const { status } = await fetch(`${api.url}/forgotten`, { headers: { authorization: `Bearer ${api.keys.admin}` } });
    expect(status).toBe(403);
  });

  it('takes a key only as a bearer, never from the address or a cookie', async () => {
    const { admin } = api.keys;
    expect((await api.ask('GET', `/api/v1/keys?key=${admin}&access_token=${admin}`, { key: null })).status).toBe(401);
    expect((await api.ask('GET', '/api/v1/keys', { key: null, headers: { cookie: `key=${admin}`, 'x-api-key': admin } })).status).toBe(401);
  });

  it('lets in the key that the operator set', async () => {
    expect(await api.ask('GET', '/api/v1/keys/mine', { key: environmentKey })).toMatchObject({ status: 200, body: { role: 'admin' } });
  });
});

describe('what is not as it must be', () => {
  it('is refused where a field is unknown, with its name', async () => {
    const answer = await api.ask('POST', '/api/v1/keys', { body: { name: 'n', role: 'viewer', isAdmin: true } });
    expect(answer).toMatchObject(withProblem('invalid'));
    expect(JSON.stringify(answer.body)).toContain('isAdmin');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await api.ask('GET', '/api/v1/runs?evil=1')).toMatchObject(withProblem('invalid'));
  });

  it('is refused where it is no JSON, or nothing that stands there', async () => {
    expect(await api.ask('POST', '/api/v1/keys', { body: '{"name":' })).toMatchObject(withProblem('invalid'));
    expect(await api.ask('GET', '/api/v1/nothing')).toMatchObject(withProblem('unknown'));
    expect(await api.ask('GET', '/api/v1/runs?cursor=nonsense')).toMatchObject(withProblem('invalid'));
    expect(await api.ask('GET', '/api/v1/runs/1e99')).toMatchObject(withProblem('invalid'));
  });

  it('is refused where the body is too large, while others are served', async () => {
    const large = api.ask('POST', '/api/v1/keys', { body: { name: 'x'.repeat(70_000), role: 'viewer' } });
    expect(await api.ask('GET', '/api/v1/keys/mine')).toMatchObject({ status: 200 });
    expect(await large).toMatchObject(withProblem('too_large'));
  });

  it('says nothing of what runs it', async () => {
    const { headers } = await api.ask('GET', '/api/v1/pipelines');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-environment')).toBe('development');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('who sends slowly, or not at all', () => {
  /** The answer to this, once the connection has ended; `drip` comes again and again until then. */
  const send = (url: string, text: string, drip = ''): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
      const dripping = drip === '' ? undefined : setInterval(() => socket.write(drip), 20);
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      socket.once('close', () => {
        clearInterval(dripping);
        resolve(answer);
      });
    });
  const head = 'POST /api/v1/keys HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const bounds = { headersMs: 500, wholeMs: 1_000, connections: 60 };

  it('is told so in time, and keeps nobody waiting', async () => {
    const bounded = await startApi(test, { bounds });
    try {
      const begun = [
        ...Array.from({ length: 15 }, () => send(bounded.url, `${head}content-length: 1000\r\n\r\n{`)),
        ...Array.from({ length: 15 }, () => send(bounded.url, `${head}content-length: 100000\r\n\r\n{`, ' ')),
      ];
      const unfinished = [
        ...Array.from({ length: 10 }, () => send(bounded.url, head)),
        send(bounded.url, head, 'x-a: b\r\n'),
        send(bounded.url, ''),
      ];
      expect(await bounded.ask('GET', '/api/v1/keys/mine')).toMatchObject({ status: 200 });
      for (const answer of await Promise.all(begun)) {
        expect(answer).toMatch(/^HTTP\/1\.1 408 /);
        expect(answer).toContain('application/problem+json');
        expect(answer).toContain('"code":"too_slow"');
      }
      for (const answer of await Promise.all(unfinished)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(await bounded.ask('GET', '/api/v1/keys/mine')).toMatchObject({ status: 200 });
    } finally {
      await bounded.close();
    }
  });

  it('takes up no more connections than there may be, and those only for a while', async () => {
    const bounded = await startApi(test, { bounds });
    try {
      const silent = Array.from({ length: 100 }, () => send(bounded.url, head));
      const turnedAway = (await Promise.all(silent)).filter((answer) => answer === '');
      expect(turnedAway).toHaveLength(40);
      expect(await bounded.ask('GET', '/api/v1/keys/mine')).toMatchObject({ status: 200 });
    } finally {
      await bounded.close();
    }
  });

  it('is told nothing where the header is larger than any', async () => {
    expect(await send(api.url, `${head}${'x-a: b\r\n'.repeat(10_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
