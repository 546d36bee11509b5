import Ajv from 'ajv';
import { describeApi } from '../../src/admin/openapi/document-api.js';
import { startApi, type ApiStand } from '../kit/api/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { QueueScene } from '../kit/queue-scene.js';

let test: TestDatabase;
let api: ApiStand;
let scene: QueueScene;
const maker = { kind: 'user', name: 'test' } as const;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test);
}, 60_000);
beforeEach(async () => (scene = await QueueScene.open(test.database)));
afterAll(async () => {
  await api.close();
  await test.drop();
});

/** Asks, and holds the answer to what the documentation says of it. */
async function ask(method: string, path: string, options: Parameters<ApiStand['ask']>[2] = {}) {
  const answer = await api.ask(method, path, options);
  const document = describeApi(api.app);
  const bare = path.split('?')[0] ?? '';
  const found = Object.entries(document.paths).find(([template]) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(bare));
  const operation = (
    found?.[1] as Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }> | undefined
  )?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not documented`);
  const documented = operation.responses[String(answer.status)] ?? operation.responses[`${String(answer.status)[0]}XX`];
  const schema = documented?.content?.[answer.headers.get('content-type')?.split(';')[0] ?? '']?.schema;
  if (schema === undefined) expect(answer.body).toBeNull();
  else {
    const validate = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } }).compile({
      ...schema,
      components: document.components,
    });
    expect({ path, valid: validate(answer.body), errors: validate.errors }).toEqual({ path, valid: true, errors: null });
  }
  return answer;
}

async function give(keys: readonly string[], kind: 'dead' | 'absent', message = 'no'): Promise<void> {
  await scene.enqueue(
    'delta',
    keys.map((key) => scene.change(key)),
    { hold: 100 },
  );
  for (let left = keys.length; left > 0; left -= 1) {
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry, { kind }, { error: { code: 'refused', message, field: 'name' } })]);
  }
}

describe('the queue', () => {
  it('is listed page by page, each entry once, with what narrows it', async () => {
    await scene.enqueue(
      'delta',
      ['a', 'b', 'c', 'd', 'e'].map((key) => scene.change(key)),
      { hold: 100 },
    );
    const keys: string[] = [];
    let cursor = '';
    do {
      const { body } = await ask('GET', `/api/v1/queue/entries?pipeline=${scene.pipeline}&limit=2${cursor}`);
      const page = body as { entries: { key: string }[]; next: string | null };
      keys.push(...page.entries.map(({ key }) => key));
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(keys).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await ask('GET', `/api/v1/queue/counts?pipeline=${scene.pipeline}`)).toMatchObject({
      body: { counts: [{ state: 'ready', entries: 5 }] },
    });
    expect(await ask('GET', `/api/v1/queue/entries?pipeline=${scene.pipeline}&olderThanMs=3600000`)).toMatchObject({
      body: { entries: [] },
    });
    const dead = await ask('GET', `/api/v1/queue/entries?pipeline=${scene.pipeline}&state=dead&state=absent`);
    expect(dead.body).toEqual({ entries: [], next: null });
  });

  it('shows one entity whatever its key is made of', async () => {
    await scene.enqueue('delta', [scene.change('a/b c?d#ü')], { hold: 100 });
    const answer = await ask('GET', `/api/v1/queue/entries/${scene.pipeline}/${encodeURIComponent('a/b c?d#ü')}`);
    expect(answer).toMatchObject({ status: 200, body: { entry: { key: 'a/b c?d#ü', state: 'ready' } } });
  });

  it('says which pipeline there is not, and which it may have been', async () => {
    expect(await ask('GET', `/api/v1/queue/entries?pipeline=${scene.pipeline}x`)).toMatchObject({
      status: 404,
      body: { code: 'unknown', detail: expect.stringContaining(scene.pipeline) as string },
    });
  });

  it('has dead letters by their cause, and tries those of one cause again, which is written down with the key', async () => {
    await give(['a', 'b'], 'dead', 'no colour 7');
    await give(['c'], 'dead', 'no price');
    const { body } = await ask('GET', `/api/v1/queue/dead-letters?pipeline=${scene.pipeline}`);
    const { groups } = body as { groups: { count: number; fingerprint: string; keys: string[] }[] };
    expect(groups).toMatchObject([
      { count: 2, keys: ['a', 'b'] },
      { count: 1, keys: ['c'] },
    ]);
    const retried = await ask('POST', '/api/v1/queue/retry', { key: api.keys.operator, body: { fingerprint: groups[0]?.fingerprint } });
    expect(retried).toMatchObject({ status: 200, body: { retried: 2 } });
    const { body: log } = await ask('GET', '/api/v1/audit?limit=1');
    expect(log).toMatchObject({ items: [{ actor: 'key operator', action: 'retry', details: { entries: 2 } }] });
  });

  it('does nothing to all of it where nothing says which entries are meant', async () => {
    await give(['a'], 'dead');
    expect(await ask('POST', '/api/v1/queue/discard', { body: {} })).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect(await ask('POST', '/api/v1/queue/discard', { body: { pipeline: scene.pipeline, states: ['ready'] } })).toMatchObject({
      status: 400,
    });
    expect(await ask('POST', '/api/v1/queue/discard', { body: { pipeline: scene.pipeline } })).toMatchObject({ body: { discarded: 1 } });
  });
});

describe('pipelines and connections', () => {
  it('are paused and resumed, with who did it and why', async () => {
    const path = `/api/v1/pipelines/${scene.pipeline}`;
    expect(await ask('POST', `${path}/pause`, { key: api.keys.operator, body: { reason: 'sale day' } })).toMatchObject({ status: 204 });
    expect(await ask('GET', path)).toMatchObject({ body: { pauses: [{ connection: null, by: 'key operator', reason: 'sale day' }] } });
    expect(await ask('POST', `${path}/resume`)).toMatchObject({ body: { resumed: true } });
    expect(await ask('POST', `${path}/resume`)).toMatchObject({ body: { resumed: false } });
    expect(await ask('GET', path)).toMatchObject({ body: { pauses: [] } });
    expect(await ask('GET', '/api/v1/pipelines')).toMatchObject({ status: 200 });
  });

  it('are known by their names alone', async () => {
    await test.database.query(`UPDATE pipeline_state SET source_connection = 'pim', target_connection = 'shop' WHERE pipeline = $1`, [
      scene.pipeline,
    ]);
    expect(await ask('POST', '/api/v1/connections/shop/pause', { body: { reason: 'moving' } })).toMatchObject({ status: 204 });
    expect(await ask('GET', '/api/v1/connections')).toMatchObject({
      body: {
        connections: [
          { name: 'pim', paused: null },
          { name: 'shop', paused: { by: 'key admin', reason: 'moving' } },
        ],
      },
    });
    expect(await ask('POST', '/api/v1/connections/shop/resume')).toMatchObject({ body: { resumed: true } });
    expect(await ask('POST', '/api/v1/connections/shopp/pause')).toMatchObject({ status: 404, body: { code: 'unknown' } });
    expect(await ask('POST', '/api/v1/connections/pim/check')).toMatchObject({ status: 404, body: { code: 'unknown' } });
  });
});

describe('debug', () => {
  it('is switched on for a while and off again, with who did it', async () => {
    expect(
      await ask('POST', '/api/v1/debug', { key: api.keys.operator, body: { pipeline: scene.pipeline, entity: 'a', minutes: 5 } }),
    ).toMatchObject({
      status: 200,
    });
    expect(await ask('GET', '/api/v1/debug')).toMatchObject({
      body: { switches: [{ pipeline: scene.pipeline, entity: 'a', by: 'key operator' }] },
    });
    expect(await ask('DELETE', `/api/v1/debug?pipeline=${scene.pipeline}`)).toMatchObject({ body: { count: 1 } });
    expect(await ask('GET', '/api/v1/debug')).toMatchObject({ body: { switches: [] } });
    expect(await ask('POST', '/api/v1/debug', { body: { pipeline: 'odd' } })).toMatchObject({ status: 404 });
  });
});

describe('the times of a schedule', () => {
  it('are listed newest first, page by page', async () => {
    await test.database.query(
      `INSERT INTO schedule_slot (pipeline, kind, slot, state) SELECT $1, 'delta', now() - n * interval '1 min', 'done' FROM generate_series(1, 5) n`,
      [scene.pipeline],
    );
    const path = `/api/v1/pipelines/${scene.pipeline}/slots?kind=delta&limit=3`;
    const first = (await ask('GET', path)).body as { items: { slot: string }[]; next: string };
    const second = (await ask('GET', `${path}&cursor=${first.next}`)).body as typeof first;
    const times = [...first.items, ...second.items].map(({ slot }) => slot);
    expect(new Set(times).size).toBe(5);
    expect(times).toEqual([...times].sort().reverse());
    expect(second.next).toBeNull();
    expect(await ask('GET', '/api/v1/pipelines/odd/slots?kind=delta')).toMatchObject({ status: 404 });
  });
});

describe('runs and errors', () => {
  it('are listed newest first, page by page', async () => {
    for (let n = 0; n < 5; n += 1)
      await test.database.query(`INSERT INTO sync_run (pipeline, kind, trigger, counts) VALUES ($1, 'delta', 'command', '{"seen": 3}')`, [
        scene.pipeline,
      ]);
    const first = (await ask('GET', `/api/v1/runs?pipeline=${scene.pipeline}&limit=3`)).body as { items: { id: number }[]; next: string };
    const second = (await ask('GET', `/api/v1/runs?pipeline=${scene.pipeline}&limit=3&cursor=${first.next}`)).body as typeof first;
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(second.next).toBeNull();
    expect(await ask('GET', `/api/v1/runs/${ids[0]}`)).toMatchObject({ body: { state: 'running', counts: { seen: 3 } } });
    expect(await ask('GET', '/api/v1/runs/99999999')).toMatchObject({ status: 404 });
  });

  it('are told by cause, against as many hours before', async () => {
    const write = (hoursAgo: number, key: string, message: string) =>
      test.database.query(
        `INSERT INTO sync_error (time, pipeline, entity_key, stage, severity, code, message, fingerprint)
         VALUES (now() - $2::int * interval '1 h', $1, $3, 'map', 'error', 'no_price', $4, 'f-' || $1)`,
        [scene.pipeline, hoursAgo, key, message],
      );
    await write(1, 'a', 'now');
    await write(2, 'b', 'then');
    await write(30, 'a', 'before');
    await write(50, 'a', 'long ago');
    expect(await ask('GET', `/api/v1/errors/trends?pipeline=${scene.pipeline}`)).toMatchObject({
      body: { trends: [{ count: 2, countBefore: 1, entities: 2, code: 'no_price' }] },
    });
    expect(await ask('GET', `/api/v1/errors?pipeline=${scene.pipeline}&limit=1`)).toMatchObject({
      body: { items: [{ message: 'long ago' }] },
    });
  });
});

describe('removals that are held', () => {
  async function hold(keys: readonly string[]): Promise<number> {
    const [row] = await test.database.query<{ id: number }>(
      `INSERT INTO held_removal (pipeline, state, reason, held_at) VALUES ($1, 'held', 'too many', now()) RETURNING id`,
      [scene.pipeline],
    );
    await scene.enqueue(
      'delta',
      keys.map((key) => scene.change(key)),
      { hold: 100 },
    );
    await test.database.query(`UPDATE queue_entry SET state = 'held', removal_set = $2 WHERE pipeline = $1`, [scene.pipeline, row?.id]);
    return row?.id ?? 0;
  }

  it('are decided on by whoever looked at them as they are', async () => {
    const id = await hold(['a', 'b']);
    const path = `/api/v1/held-removals/${id}`;
    const shown = await ask('GET', path);
    expect(shown.body).toMatchObject({ id, removals: 2, reason: 'too many' });
    const etag = shown.headers.get('etag') ?? '';
    expect(await ask('POST', `${path}/discard`)).toMatchObject({ status: 428, body: { code: 'not_seen' } });
    await scene.enqueue('delta', [scene.change('c')], { hold: 100 });
    await test.database.query(`UPDATE queue_entry SET state = 'held', removal_set = $2 WHERE pipeline = $1`, [scene.pipeline, id]);
    expect(await ask('POST', `${path}/discard`, { headers: { 'if-match': etag } })).toMatchObject({
      status: 412,
      body: { code: 'changed' },
    });
    const again = (await ask('GET', path)).headers.get('etag') ?? '';
    expect(await ask('POST', `${path}/discard`, { headers: { 'if-match': again } })).toMatchObject({ body: { discarded: 3 } });
    expect(await ask('GET', path)).toMatchObject({ status: 404 });
  });
});

describe('keys', () => {
  it('are told once, and never stand in a list, in the table or in the audit log', async () => {
    const made = await ask('POST', '/api/v1/keys', { body: { name: 'grafana', role: 'viewer' } });
    const { text, id } = made.body as { text: string; id: number };
    expect(await ask('GET', '/api/v1/keys/mine', { key: text })).toMatchObject({ body: { name: 'grafana', role: 'viewer' } });
    const everything = [
      (await ask('GET', '/api/v1/keys')).body,
      (await ask('GET', '/api/v1/audit')).body,
      await test.database.query('SELECT * FROM api_key'),
    ];
    expect(JSON.stringify(everything)).not.toContain(text.slice(-43));
    expect(await ask('POST', '/api/v1/keys', { body: { name: 'grafana', role: 'admin' } })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await ask('DELETE', `/api/v1/keys/${id}`)).toMatchObject({ status: 204 });
    expect(await api.ask('GET', '/api/v1/keys/mine', { key: text })).toMatchObject({ status: 401 });
    expect(await ask('DELETE', `/api/v1/keys/${id}`)).toMatchObject({ status: 404 });
    expect(await ask('POST', '/api/v1/keys', { body: { name: 'grafana', role: 'viewer' } })).toMatchObject({ status: 201 });
  });

  it('are rotated: the former one opens as long as was said, and not longer', async () => {
    const { text, id } = await api.service.create({ name: 'shop', role: 'operator', expiresInMs: null }, maker);
    const rotated = (await ask('POST', `/api/v1/keys/${id}/rotate`, { body: { graceMinutes: 5 } })).body as { text: string };
    for (const key of [text, rotated.text]) expect((await api.ask('GET', '/api/v1/keys/mine', { key })).status).toBe(200);
    await test.database.query(`UPDATE api_key SET former_until = now() - interval '1 s' WHERE id = $1`, [id]);
    expect((await api.ask('GET', '/api/v1/keys/mine', { key: text })).status).toBe(401);
    const last = (await ask('POST', `/api/v1/keys/${id}/rotate`)).body as { text: string };
    expect((await api.ask('GET', '/api/v1/keys/mine', { key: rotated.text })).status).toBe(401);
    expect((await api.ask('GET', '/api/v1/keys/mine', { key: last.text })).status).toBe(200);
  });
});

it('gives an address that asks too often one answer, and says when there is room again', async () => {
  const strict = await startApi(test, { apiRate: 3 });
  const answers = [];
  for (let n = 0; n < 4; n += 1) answers.push(await strict.ask('GET', '/api/v1/keys/mine', { key: 'nobody' }));
  answers.push(await strict.ask('GET', '/API/v1/runs', { key: 'nobody' }));
  await strict.close();
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
  expect(answers[3]).toMatchObject({ body: { code: 'too_many' } });
  expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
});
