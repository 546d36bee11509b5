import { Unavailable, type OpenTarget, type TargetItem } from '../connectors/contract/index.js';
import type { Outcome } from '../model/outcome.js';
import { inChunks } from './chunks.js';
import { oneEach, transfer, type Parcel, type TransferCall } from './transfer.js';
import { inWaves } from './waves.js';

const item = (key: string): TargetItem => ({
  key,
  operation: 'write',
  resource: 'product',
  store: 'all',
  fields: {},
  previous: null,
  lastKnown: null,
  address: null,
  cleared: [],
  owned: [],
  targetId: null,
  inherits: false,
  sendNumber: 1,
});
const parcel = (key: string, more: Partial<Parcel> = {}): Parcel => ({
  key,
  item: item(key),
  base: null,
  bytes: 10,
  after: [],
  strong: [],
  ...more,
});
const written = (key: string): Outcome => ({ kind: 'written', key, targetId: key });
const shop = (write: OpenTarget['write']): OpenTarget => ({ check: () => Promise.resolve({ ok: true, detail: '' }), write });
const call = (more: Partial<TransferCall> = {}): TransferCall => ({
  signal: () => new AbortController().signal,
  isLeftAlone: () => false,
  resolve: () => undefined,
  alone: (_names, work) => work(),
  managed: () => Promise.resolve(new Set<string>()),
  asset: () => Promise.resolve(null),
  leaving: () => undefined,
  answered: () => undefined,
  ...more,
});
const limits = { maxItems: 2, maxBytes: 1_000 };

describe('waves', () => {
  it('put a parent before its children, whatever the order they come in', () => {
    const waves = inWaves([parcel('c', { after: ['b'] }), parcel('b', { after: ['a'] }), parcel('a'), parcel('d')]);
    expect(waves.map((wave) => wave.map((one) => one.key))).toEqual([['a', 'd'], ['b'], ['c']]);
  });

  it('end also where parcels wait for each other, or for themselves', () => {
    expect(inWaves([parcel('a', { after: ['b'] }), parcel('b', { after: ['a'] }), parcel('c', { after: ['c'] })]).flat()).toHaveLength(3);
  });
});

describe('chunks', () => {
  it('stay under both limits, and send what is too large alone', () => {
    expect(inChunks([4, 4, 4, 20, 1], (size) => size, { maxItems: 2, maxBytes: 10 })).toEqual([[4, 4], [4], [20], [1]]);
  });
});

describe('outcomes', () => {
  it('are exactly one an item: missing and contradicting ones are unknown, foreign ones ignored, order does not matter', () => {
    const answer: Outcome[] = [written('c'), written('foreign'), written('a'), { kind: 'unchanged', key: 'c' }, written('a')];
    expect(oneEach(['a', 'b', 'c'], answer)).toMatchObject([
      { kind: 'written', key: 'a' },
      { kind: 'unknown', code: 'no_answer' },
      { kind: 'unknown', code: 'ambiguous_answer' },
    ]);
  });
});

describe('a transfer', () => {
  it('does not send a store view whose base was not acknowledged', async () => {
    const sent: string[] = [];
    const target = shop((items) => {
      sent.push(...items.map((one) => one.key));
      return Promise.resolve(items.map((one) => ({ kind: 'rejected', key: one.key, code: 'bad', message: 'bad' })));
    });
    const { outcomes } = await transfer(target, [parcel('base'), parcel('view', { after: ['base'] })], limits, call());
    expect(sent).toEqual(['base']);
    expect(outcomes.get('view')).toMatchObject({ kind: 'retry', code: 'waits_for_other' });
  });

  it('leaves unknown what a broken request may have done, and unsent what came after it', async () => {
    const target = shop(() => Promise.reject(new Unavailable('gone', 5)));
    const { outcomes, failure } = await transfer(
      target,
      ['a', 'b', 'c'].map((key) => parcel(key)),
      limits,
      call(),
    );
    expect([...outcomes.values()].map((outcome) => outcome.kind)).toEqual(['unknown', 'unknown', 'retry']);
    expect(failure).toBeInstanceOf(Unavailable);
  });

  it('begins no request once the lease has ended', async () => {
    const sent: string[] = [];
    const lease = new AbortController();
    const target = shop((items) => {
      sent.push(...items.map((one) => one.key));
      lease.abort();
      return Promise.resolve(items.map((one) => written(one.key)));
    });
    const { outcomes } = await transfer(
      target,
      ['a', 'b', 'c'].map((key) => parcel(key)),
      limits,
      call({ signal: () => lease.signal }),
    );
    expect(sent).toEqual(['a', 'b']);
    expect(outcomes.get('c')).toMatchObject({ kind: 'retry', code: 'lease_ended' });
  });

  it('begins no request once the shop is to be left alone', async () => {
    const sent: string[] = [];
    const target = shop((items) => {
      sent.push(...items.map((one) => one.key));
      return Promise.resolve(items.map((one) => written(one.key)));
    });
    const isLeftAlone = (): boolean => sent.length > 0;
    const { outcomes, failure } = await transfer(
      target,
      ['a', 'b', 'c'].map((key) => parcel(key)),
      limits,
      call({ isLeftAlone }),
    );
    expect(sent).toEqual(['a', 'b']);
    expect(outcomes.get('c')).toMatchObject({ kind: 'retry', code: 'left_alone' });
    expect(failure).toBeNull();
  });

  it('sends what refers to an earlier item once that is acknowledged, and holds back what refers to nothing', async () => {
    const ids = new Map<string, string>();
    const target = shop((items) => Promise.resolve(items.map((one) => written(one.key))));
    const strong = (key: string): Parcel['strong'] => [{ pipeline: 'p', key }];
    const parcels = [
      parcel('child', { after: ['parent'], strong: strong('parent') }),
      parcel('orphan', { strong: strong('nobody') }),
      parcel('parent'),
    ];
    const { outcomes } = await transfer(
      target,
      parcels,
      limits,
      call({ resolve: ({ key }) => ids.get(key), answered: (said) => said.forEach((outcome) => ids.set(outcome.key, outcome.key)) }),
    );
    expect(outcomes.get('child')?.kind).toBe('written');
    expect(outcomes.get('orphan')).toMatchObject({ kind: 'retry', code: 'reference_missing' });
  });
});

describe('a store view of what was created a wave before', () => {
  it('goes under the id that its base was answered with', async () => {
    const sent: (string | null)[] = [];
    const target = shop((items) => {
      sent.push(...items.map(({ targetId }) => targetId));
      return Promise.resolve(items.map(({ key }): Outcome => ({ kind: 'written', key, targetId: `id of ${key}` })));
    });
    const parcels = [parcel('base'), parcel('view', { base: 'base', after: ['base'] }), parcel('other', { after: ['base'] })];
    await transfer(target, parcels, { maxItems: 10, maxBytes: 1_000 }, call());
    expect(sent).toEqual([null, 'id of base', null]);
  });
});
