import { FlowMetrics, flowMetrics } from '../../src/admin/metrics/flow-metrics.js';
import { hookMetrics } from '../../src/admin/metrics/hook-metrics.js';
import { sqlMetrics } from '../../src/admin/metrics/sql-metrics.js';
import { Unauthorized } from '../../src/connectors/contract/index.js';
import { startApi, type ApiStand } from '../kit/api/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { markdownFiles } from '../kit/markdown/index.js';
import { syncFeed } from '../../src/sync/sync-feed.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainJourney } from '../kit/plain/plain-journey.js';
import { QueueScene } from '../kit/queue-scene.js';

let test: TestDatabase;
let api: ApiStand;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test);
}, 60_000);
afterAll(async () => {
  await api.close();
  await test.drop();
});

async function metrics(key = api.keys.viewer): Promise<{ status: number; text: string; type: string | null }> {
  const answer = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
}

/** `name{label="value"} 3` → 3. */
const figure = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};

describe('GET /metrics', () => {
  it('is for whoever has a key', async () => {
    expect((await metrics('nobody')).status).toBe(401);
    expect(await metrics()).toMatchObject({ status: 200, type: expect.stringContaining('text/plain') as string });
  });

  it('counts what is in the queue, what stands in the shop, and what waits for a person', async () => {
    const scene = await QueueScene.open(test.database);
    await scene.enqueue(
      'delta',
      ['a', 'b', 'c'].map((key) => scene.change(key)),
      { hold: 100 },
    );
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry, { kind: 'dead' }, { error: { code: 'refused', message: 'no', field: null } })]);
    await test.database.query(`UPDATE queue_entry SET enqueued_at = now() - interval '1 h' WHERE pipeline = $1 AND entity_key = 'c'`, [
      scene.pipeline,
    ]);
    await test.database.query(`INSERT INTO incident (kind, pipeline, fingerprint, message) VALUES ('removals_held', $1, 'f', 'm')`, [
      scene.pipeline,
    ]);
    await test.database.query(
      `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at, finished_at) VALUES ($1, 'delta', 'schedule', 'completed', now() - interval '90 s', now() - interval '30 s')`,
      [scene.pipeline],
    );
    // Events of a minute took no minute, and are nothing that succeeded or is under way.
    await test.database.query(
      `INSERT INTO sync_run (pipeline, kind, trigger, state, finished_at) VALUES ($1, 'partial', 'event', 'completed', now()), ($1, 'partial', 'event', 'running', NULL)`,
      [scene.pipeline],
    );
    const { text } = await metrics();
    const of = (name: string, labels = ''): number | undefined => figure(text, `${name}{pipeline="${scene.pipeline}"${labels}}`);
    expect(of('pim2shop_queue_entries', ',state="ready"')).toBe(2);
    expect(of('pim2shop_queue_entries', ',state="dead"')).toBe(1);
    expect(of('pim2shop_queue_entries', ',state="leased"')).toBe(0);
    expect(of('pim2shop_queue_oldest_seconds')).toBeGreaterThan(3_599);
    expect(of('pim2shop_last_run_duration_seconds', ',kind="delta"')).toBeCloseTo(60, 1);
    for (const name of ['last_run_duration_seconds', 'last_success_timestamp_seconds'])
      expect(of(`pim2shop_${name}`, ',kind="partial"')).toBeUndefined();
    expect(of('pim2shop_runs_running')).toBe(0);
    expect(figure(text, 'pim2shop_incidents_open{kind="removals_held",severity="warning"}')).toBe(1);
    expect(figure(text, `pim2shop_paused{what="pipeline",name="${scene.pipeline}"}`)).toBe(0);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('shows a shop that is left alone, and one that nobody paused as such', async () => {
    const state = async (): Promise<(number | undefined)[]> => {
      const { text } = await metrics();
      return ['breaker_state', 'breaker_failures'].map((name) => figure(text, `pim2shop_${name}{connection="down"}`));
    };
    const scene = await QueueScene.open(test.database);
    await test.database.query(`UPDATE pipeline_state SET target_connection = 'down' WHERE pipeline = $1`, [scene.pipeline]);
    expect(await state()).toEqual([0, 0]);
    await test.database.query(
      `INSERT INTO connection_state (connection, failures, opened_at, next_trial_at, paused_until) VALUES ('down', 6, now(), now(), now() + interval '1 h')`,
    );
    expect(await state()).toEqual([2, 6]);
    await test.database.query(`UPDATE connection_state SET trial_until = now() + interval '1 h' WHERE connection = 'down'`);
    expect(await state()).toEqual([1, 6]);
    expect(figure((await metrics()).text, 'pim2shop_paused{what="connection",name="down"}')).toBe(0);
  });

  it('shows what a limit lets through, and who would have use for more', async () => {
    const holder = (slots: number, wanted: number, untilMs: number): object => ({ slots, wanted, until: Date.now() + untilMs });
    await test.database.query(`INSERT INTO connection_slots (connection, most, holders) VALUES ('limited', 8, $1)`, [
      JSON.stringify({ one: holder(3, 3, 60_000), other: holder(4, 9, 60_000), dead: holder(8, 8, -60_000) }),
    ]);
    const { text } = await metrics();
    const of = (state: string): number | undefined => figure(text, `pim2shop_connection_slots{connection="limited",state="${state}"}`);
    expect(['limit', 'held', 'wanted'].map(of)).toEqual([8, 7, 12]);
  });

  it('forgets what is over', async () => {
    await test.database.query(`UPDATE incident SET state = 'closed'`);
    expect(figure((await metrics()).text, 'pim2shop_incidents_open{kind="removals_held",severity="warning"}')).toBeUndefined();
  });

  it('has every figure of docs/metrics.md, and no other of its own', async () => {
    const page = markdownFiles().find(({ path }) => path === 'docs/metrics.md')?.text ?? '';
    const documented = [...page.matchAll(/^\| `(pim2shop_\w+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(([, name, labels, help]) => ({
      name,
      labels,
      help,
    }));
    expect(documented).toEqual(
      [...sqlMetrics, ...Object.values(flowMetrics), ...Object.values(hookMetrics)].map(({ name, labels, help }) => ({
        name,
        labels: labels.map((label) => `\`${label}\``).join(', '),
        help,
      })),
    );
    const { text } = await metrics();
    for (const { name } of sqlMetrics) expect(text).toContain(`# TYPE ${name} gauge`);
    for (const { name, kind } of [...Object.values(flowMetrics), ...Object.values(hookMetrics)])
      expect(text).toContain(`# TYPE ${name} ${kind}`);
  });
});

describe('what a process did', () => {
  it('is counted entry by entry and document by document, and timed stage by stage', async () => {
    const flow = new FlowMetrics();
    const on = await plainJourney(test.database, { journey: flow });
    on.pim.put('id-1', { sku: 'SKU-1', name: 'fine' });
    on.pim.put('id-2', { sku: 'SKU-2', price: 'wrong' });
    await on.full();
    await on.project.close();
    const text = await flow.registry.metrics();
    const of = (name: string, labels: string): number | undefined => figure(text, `${name}{${labels}}`);
    expect(of('pim2shop_entries_finished_total', 'pipeline="products",result="settled"')).toBe(1);
    expect(of('pim2shop_entries_finished_total', 'pipeline="products",result="dead"')).toBe(1);
    expect(of('pim2shop_document_outcomes_total', 'pipeline="products",outcome="written"')).toBe(1);
    for (const stage of ['fetch', 'map', 'intend', 'send', 'settle'])
      expect([stage, of('pim2shop_stage_duration_seconds_count', `pipeline="products",stage="${stage}"`)]).toEqual([stage, 1]);
  });

  it('has every run that it completed, whoever asked for it, by how long it took', async () => {
    const flow = new FlowMetrics();
    const pim = new PlainPim();
    const on = await plainJourney(test.database, { journey: flow, pim, pipeline: { name: 'timed' } });
    pim.put('id-1', { sku: 'SKU-1', name: 'fine' });
    await on.full();
    const signal = new AbortController().signal;
    await syncFeed(on.project, { pipelines: ['timed'], trigger: 'schedule', signal, listenMs: null });
    pim.changes = () => Promise.reject(new Unauthorized('pim: the token was refused'));
    expect((await on.delta()).state).toBe('failed');
    await on.project.close();
    const text = await flow.registry.metrics();
    const of = (series: string, kind: string): number | undefined =>
      figure(text, `pim2shop_run_duration_seconds_${series}{pipeline="timed",kind="${kind}"}`);
    expect([of('count', 'initial'), of('count', 'delta')]).toEqual([1, 1]);
    const [run] = await test.database.query<{ took: number }>(
      `SELECT extract(epoch FROM finished_at - started_at)::float8 AS took FROM sync_run WHERE pipeline = 'timed' AND kind = 'initial'`,
    );
    expect(Math.abs((of('sum', 'initial') ?? NaN) - (run?.took ?? NaN))).toBeLessThan(0.5);
  });

  it('tells requests apart by class, and what they waited', async () => {
    const flow = new FlowMetrics();
    const request = { method: 'GET', host: 'shop.example', path: '/', tookMs: 300, waitedMs: 1_500, dateMs: null };
    for (const status of [200, 204, 429, 503, null]) flow.request('shop', { ...request, status });
    const text = await flow.registry.metrics();
    const count = (status: string): number | undefined =>
      figure(text, `pim2shop_request_duration_seconds_count{connection="shop",status="${status}"}`);
    expect(['2xx', '4xx', '5xx', 'none'].map(count)).toEqual([2, 1, 1, 1]);
    expect(figure(text, 'pim2shop_request_wait_seconds_total{connection="shop"}')).toBe(7.5);
  });

  it('counts a batch that the shop could not take by why', async () => {
    const flow = new FlowMetrics();
    flow.finished('products', { failure: new Unauthorized('shop: the token was refused'), finished: [] });
    flow.finished('products', { failure: new TypeError('x'), finished: [] });
    const text = await flow.registry.metrics();
    for (const reason of ['unauthorized', 'unexpected'])
      expect(figure(text, `pim2shop_batch_failures_total{pipeline="products",reason="${reason}"}`)).toBe(1);
  });
});
