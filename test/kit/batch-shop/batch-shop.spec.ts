import type { OpenTarget, TargetItem, WriteCall } from '../../../src/connectors/contract/index.js';
import { forkStandIn } from '../stand-in/index.js';
import type { BatchShop } from './index.js';
import { batchShop, startBatchShop } from './index.js';

let shop: BatchShop;
let target: OpenTarget;

beforeEach(async () => {
  shop = await startBatchShop();
  target = await openTarget(shop.url);
});
afterEach(() => shop.close());

const openTarget = (url: string): Promise<OpenTarget> =>
  batchShop.open({ url }, { connection: 'shop', log: { debug: () => undefined, info: () => undefined, warn: () => undefined } });
const call: WriteCall = {
  signal: new AbortController().signal,
  resolve: ({ key }) => (key === 'there' ? '7' : undefined),
  alone: (_names, work) => work(),
  managed: () => Promise.resolve(new Set<string>()),
  asset: () => Promise.resolve(null),
};
const item = (key: string, fields: TargetItem['fields'] = { price: 1 }, more: Partial<TargetItem> = {}): TargetItem => ({
  key,
  operation: 'write',
  resource: 'product',
  store: 'all',
  fields,
  previous: null,
  lastKnown: null,
  address: null,
  cleared: [],
  owned: ['price', 'name'],
  targetId: null,
  inherits: false,
  sendNumber: 1,
  ...more,
});
const post = async (body: unknown) => {
  const answer = await fetch(`${shop.url}/items/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
};
const wrong = { id: 'bad', set: { price: 'cheap' } };
const right = { id: 'good', set: { price: 1 } };
const posts = () => shop.requests.count(({ method }) => method === 'POST');

describe('the batch shop', () => {
  it('answers each item for itself', async () => {
    const error = { code: 'invalid', message: 'the price must be a number of 0 or more', field: 'price' };
    expect(await post({ items: [wrong, right], deletes: ['none'] })).toEqual({
      status: 200,
      body: {
        results: [
          { id: 'bad', status: 'error', error },
          { id: 'good', status: 'ok', created: true },
          { id: 'none', status: 'ok', created: false },
        ],
      },
    });
    expect(shop.state.all().map(({ id }) => id)).toEqual(['good']);
  });

  it('writes nothing of a batch with an invalid item when it is atomic', async () => {
    shop.behaviour.atomic = true;
    expect(await post({ items: [wrong, right] })).toMatchObject({
      status: 422,
      body: { results: [{ status: 'error' }, { status: 'skipped' }] },
    });
    expect(shop.state.size).toBe(0);
  });

  it('names nobody with one error for all, and may have written the others', async () => {
    shop.behaviour.errors = 'one-for-all';
    const refused = { status: 422, body: { error: { code: 'invalid_items', message: 'the batch holds invalid items' } } };
    expect(await post({ items: [wrong, right] })).toEqual(refused);
    expect(shop.state.get('good')).toBeDefined();
    shop.behaviour.atomic = true;
    expect(await post({ items: [wrong, { id: 'other', set: {} }] })).toEqual(refused);
    expect(shop.state.get('other')).toBeUndefined();
  });

  it('has limits of items and of bytes', async () => {
    shop.behaviour.maxItems = 1;
    expect((await post({ items: [right], deletes: ['x'] })).status).toBe(413);
    Object.assign(shop.behaviour, { maxItems: Infinity, maxBytes: 40 });
    expect([(await post({ items: [right] })).status, (await post({ deletes: ['x'] })).status]).toEqual([413, 200]);
  });

  it('merges fields, refuses older versions and malformed batches', async () => {
    await post({ items: [{ id: 'a', set: { x: 1, y: 2 }, version: 5 }] });
    await post({ items: [{ id: 'a', set: { z: 3 }, unset: ['x'], version: 6 }] });
    expect(shop.state.get('a')).toMatchObject({ fields: { y: 2, z: 3 }, version: 6, writes: 2 });
    expect(await post({ items: [{ id: 'a', set: {}, version: 5 }] })).toMatchObject({ body: { results: [{ error: { code: 'stale' } }] } });
    expect((await post({ items: 'all' })).status).toBe(400);
  });

  it('shows items by id, by list and page by page', async () => {
    await post({ items: ['b', 'a', 'c'].map((id) => ({ id })) });
    const get = async (path: string) => {
      const answer = await fetch(`${shop.url}/items${path}`);
      const body = (await answer.json()) as { id?: string; items?: { id: string }[] };
      return [answer.status, body.id ?? body.items?.map(({ id }) => id)];
    };
    expect(await get('/a')).toEqual([200, 'a']);
    expect(await get('/none')).toEqual([404, undefined]);
    expect(await get('?ids=c,none')).toEqual([200, ['c']]);
    expect(await get('?limit=2')).toEqual([200, ['a', 'b']]);
    expect(await get('?after=a&limit=2')).toEqual([200, ['b', 'c']]);
  });

  it('runs in a process of its own and ends with its parent', async () => {
    const forked = await forkStandIn('batch-shop', { behaviour: { maxItems: 1 } });
    const answer = await fetch(`${forked.url}/items/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items: [right, wrong] }),
    });
    expect([answer.status, forked.pid === process.pid]).toEqual([413, false]);
    await forked.stop();
    expect(() => process.kill(forked.pid, 0)).toThrow('ESRCH');
  });
});

describe('its target connector', () => {
  it('says of every item what the shop said of it', async () => {
    shop.faults.add({ match: { item: 'busy' }, kind: 'status', status: 503 });
    await target.write([item('old', {}, { sendNumber: 9 })], call);
    const items = [item('good'), item('bad', { price: 'cheap' }), item('busy'), item('old'), item('gone', {}, { operation: 'delete' })];
    const outcomes = await target.write(items, call);
    expect(outcomes).toMatchObject([
      { key: 'good', kind: 'written', targetId: 'good', created: true },
      { key: 'bad', kind: 'rejected', field: 'price' },
      { key: 'busy', kind: 'retry' },
      { key: 'old', kind: 'conflict' },
      { key: 'gone', kind: 'written' },
    ]);
  });

  it('makes symbols plain and leaves out what does not stand there yet', async () => {
    const reference = (key: string) => ({ $ref: { pipeline: 'p', key, strength: 'weak' } });
    const color = { $option: { attribute: 'color', label: 'Red', labels: {} } };
    await target.write([item('a', { color, links: [reference('there'), reference('nowhere')], parent: reference('nowhere') })], call);
    expect(shop.state.get('a')?.fields).toEqual({ color: 'Red', links: ['7'] });
  });

  it('empties what was cleared, and without a previous document all of ours that is not wanted', async () => {
    await post({ items: [{ id: 'a', set: { name: 'A', price: 1, theirs: true } }] });
    await target.write([item('a', { name: 'B' }, { previous: { name: 'A', price: 1 }, cleared: ['price'] })], call);
    expect(shop.state.get('a')?.fields).toEqual({ name: 'B', theirs: true });
    await target.write([item('a', { price: 2 })], call);
    expect(shop.state.get('a')?.fields).toEqual({ price: 2, theirs: true });
  });

  it('takes down by status and comes back live', async () => {
    await target.write([item('a')], call);
    await target.write([item('a', {}, { operation: 'disable' })], call);
    expect([shop.state.get('a')?.status, (await target.read?.([document('a')], call.signal))?.get('a')]).toEqual(['disabled', null]);
    await target.write([item('a')], call);
    expect([shop.state.get('a')?.status, (await target.read?.([document('a')], call.signal))?.get('a')]).toEqual(['live', { price: 1 }]);
  });

  it.each([true, false])('finds one poison item of 64 in 2·log2(64)+1 requests (atomic: %s)', async (atomic) => {
    Object.assign(shop.behaviour, { atomic, errors: 'one-for-all', poison: ['k-37'] });
    const items = Array.from({ length: 64 }, (_, n) => item(`k-${n}`));
    const outcomes = await target.write(items, call);
    expect(outcomes.filter(({ kind }) => kind === 'rejected').map(({ key }) => key)).toEqual(['k-37']);
    expect([shop.state.size, posts()]).toEqual([63, 13]);
  });

  it('halves what is too large, and rejects one item that is so by itself', async () => {
    shop.behaviour.maxItems = 3;
    expect(
      await target.write(
        ['a', 'b', 'c', 'd', 'e'].map((key) => item(key)),
        call,
      ),
    ).toHaveLength(5);
    expect(shop.state.size).toBe(5);
    shop.behaviour.maxBytes = 10;
    expect(await target.write([item('f')], call)).toMatchObject([{ kind: 'rejected', code: 'too_large' }]);
  });

  it.each([
    ['a lost answer', { kind: 'lost-after' } as const, 'no answer'],
    ['half an answer', { kind: 'half' } as const, 'half'],
    ['500', { kind: 'status', status: 500, body: { error: {} } } as const, '500'],
    ['HTML with 200', { kind: 'body', status: 200, body: '<html></html>' } as const, 'no JSON'],
    ['an empty body', { kind: 'body', status: 200 } as const, 'no JSON'],
    ['JSON of another shape', { kind: 'body', status: 200, body: { ok: true } } as const, 'no answer'],
  ])('throws at %s: nothing is known of any item', async (_name, fault, message) => {
    shop.faults.add(fault);
    await expect(target.write([item('a')], call)).rejects.toThrow(message);
  });

  it('leaves out results for items it never sent', async () => {
    const results = [{ id: 'stranger', status: 'ok', created: true }];
    shop.faults.add({ kind: 'body', status: 200, body: { results } });
    expect(await target.write([item('a')], call)).toEqual([]);
  });

  it('is healthy while the shop answers', async () => {
    expect(await target.check(call.signal)).toMatchObject({ ok: true });
    shop.faults.add({ kind: 'status', status: 404, body: {} });
    expect(await target.check(call.signal)).toMatchObject({ ok: false });
  });
});

const document = (key: string) => ({ key, resource: 'product', store: 'all', targetId: key });
