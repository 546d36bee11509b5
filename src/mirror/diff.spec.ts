import { createHash } from 'node:crypto';
import type { MappedDocument } from '../model/document.js';
import type { JsonObject } from '../model/json.js';
import { diffEntity, rejectedMark, type EntityDiff } from './diff.js';
import type { MirrorRow } from './sql/read-mirror.js';

function document(fields: JsonObject, baseKey: string | null = null): MappedDocument {
  const store = baseKey ? 'de' : 'all';
  const text = JSON.stringify(fields);
  return {
    key: `product:${store}:-:a`,
    entityKey: 'a',
    resource: 'product',
    store,
    baseKey,
    fields,
    references: [],
    text,
    hash: hashOf(fields),
  };
}

const hashOf = (fields: JsonObject): string => createHash('sha256').update(JSON.stringify(fields)).digest('hex');

function row(fields: JsonObject | null, more: Partial<MirrorRow> = {}): MirrorRow {
  return {
    documentKey: 'product:all:-:a',
    entityKey: 'a',
    resource: 'product',
    store: 'all',
    address: null,
    state: 'live',
    inDoubt: false,
    hash: fields && hashOf(fields),
    refDigest: null,
    document: fields,
    rejectedHash: null,
    sendNumber: 5,
    readNumber: 1,
    takenDown: null,
    ...more,
  };
}

const diff = (documents: readonly MappedDocument[], rows: readonly MirrorRow[], more: Partial<EntityDiff> = {}) =>
  diffEntity({ documents, rows, refDigests: new Map(), moved: false, force: false, ...more });

const shirt = { name: 'Shirt', price: 10 };

describe('what the shop holds exactly', () => {
  it('is skipped, by the send that brought it there', () => {
    expect(diff([document(shirt)], [row(shirt)])).toEqual([{ kind: 'skip', documentKey: 'product:all:-:a', sendNumber: 5 }]);
  });

  it('is sent when a person insists', () => {
    expect(diff([document(shirt)], [row(shirt)], { force: true })).toMatchObject([{ kind: 'send', previous: shirt, changed: [] }]);
  });

  it.each([
    ['in doubt', { inDoubt: true }],
    ['gone', { state: 'gone' }],
    ['never acknowledged', { hash: null, document: null }],
  ] as const)('is sent whole where it is %s (rule 4)', (_, more) => {
    expect(diff([document(shirt)], [row(shirt, more)])).toMatchObject([{ kind: 'send', previous: null, changed: ['name', 'price'] }]);
  });

  it('is sent whole where a reference has another id in the shop now (rule 23)', () => {
    const refDigests = new Map([['product:all:-:a', 'other']]);
    expect(diff([document(shirt)], [row(shirt, { refDigest: 'one' })], { refDigests })).toMatchObject([{ kind: 'send', previous: null }]);
    expect(diff([document(shirt)], [row(shirt, { refDigest: 'other' })], { refDigests })).toMatchObject([{ kind: 'skip' }]);
  });
});

describe('what differs', () => {
  it('is sent with what was acknowledged before: changed, added and cleared fields', () => {
    const before = { name: 'Shirt', price: 10, colour: 'red' };
    const plan = {
      kind: 'send',
      documentKey: 'product:all:-:a',
      previous: before,
      lastKnown: before,
      stood: true,
      changed: ['price', 'weight'],
      cleared: ['colour'],
    };
    expect(diff([document({ name: 'Shirt', price: 12, weight: 1 })], [row(before)])).toEqual([plan]);
  });

  it('remembers what was acknowledged last also where it is not certain', () => {
    const before = { name: 'Shirt' };
    expect(diff([document({ name: 'Coat' })], [row(before, { inDoubt: true })])).toMatchObject([{ previous: null, lastKnown: before }]);
  });

  it('does not differ in the order of keys inside a value, which the database does not keep', () => {
    const wanted = document({ stock: { qty: 1, manage: true }, name: 'x' });
    expect(diff([wanted], [row({ stock: { manage: true, qty: 1 }, name: 'y' })])).toMatchObject([{ changed: ['name'] }]);
  });

  it('names fields to clear also where everything goes', () => {
    expect(diff([document(shirt)], [row({ ...shirt, colour: 'red' }, { inDoubt: true })])).toMatchObject([
      { previous: null, cleared: ['colour'] },
    ]);
  });

  it('is new where the mirror has nothing', () => {
    expect(diff([document(shirt)], [])).toMatchObject([{ kind: 'send', previous: null, cleared: [] }]);
  });
});

describe('what the shop rejected (rule 17)', () => {
  const refused = row({ name: 'old' }, { rejectedHash: rejectedMark(hashOf(shirt), null) });

  it('is not sent again as it is', () => {
    expect(diff([document(shirt)], [refused])).toEqual([{ kind: 'rejected-before', documentKey: 'product:all:-:a' }]);
  });

  it('is sent when it changed, its references resolve to something else, a person asks, or it is in doubt', () => {
    expect(diff([document({ ...shirt, price: 11 })], [refused])).toMatchObject([{ kind: 'send' }]);
    expect(diff([document(shirt)], [refused], { refDigests: new Map([['product:all:-:a', 'r']]) })).toMatchObject([{ kind: 'send' }]);
    expect(diff([document(shirt)], [refused], { force: true })).toMatchObject([{ kind: 'send' }]);
    expect(diff([document(shirt)], [{ ...refused, inDoubt: true }])).toMatchObject([{ kind: 'send', previous: null }]);
  });
});

describe('an inheriting document without a value of its own', () => {
  const empty = document({}, 'product:all:-:a');
  const german = (more: Partial<MirrorRow>) => row({ name: 'Hemd' }, { documentKey: empty.key, store: 'de', ...more });

  it('is nothing to do where the shop has nothing of it', () => {
    expect(diff([empty], [])).toEqual([{ kind: 'nothing', documentKey: empty.key }]);
    expect(diff([empty], [german({ state: 'gone' })])).toEqual([{ kind: 'nothing', documentKey: empty.key }]);
  });

  it('clears what the shop has of it, or may have', () => {
    expect(diff([empty], [german({})])).toMatchObject([{ kind: 'send', cleared: ['name'] }]);
    expect(diff([empty], [german({ inDoubt: true })])).toMatchObject([{ kind: 'send', previous: null, cleared: ['name'] }]);
  });
});

describe('what inherits from a document in doubt', () => {
  const base = document({ name: 'Shirt' });
  const german = document({ name: 'Hemd' }, base.key);
  const rows = (inDoubt: boolean) => [row({ name: 'Shirt' }, { inDoubt }), row({ name: 'Hemd' }, { documentKey: german.key, store: 'de' })];

  it('is sent whole with it: the shop may have lost both', () => {
    expect(diff([base, german], rows(true))).toMatchObject([
      { kind: 'send', previous: null },
      { kind: 'send', previous: null, changed: ['name'] },
    ]);
    expect(diff([base, german], rows(false))).toMatchObject([{ kind: 'skip' }, { kind: 'skip' }]);
  });

  it('is left alone where there is nothing of it on either side', () => {
    const empty = document({}, base.key);
    expect(diff([base, empty], [row({ name: 'Shirt' }, { inDoubt: true })])).toMatchObject([{ kind: 'send' }, { kind: 'nothing' }]);
  });
});

describe('what the mapping no longer makes', () => {
  const german = row({ name: 'Hemd' }, { documentKey: 'product:de:-:a', store: 'de' });

  it('is taken down, after the documents that stay (rule 7)', () => {
    expect(diff([document(shirt)], [german, row(shirt)])).toMatchObject([
      { kind: 'skip' },
      { kind: 'take-down', documentKey: 'product:de:-:a', row: german },
    ]);
    expect(diff([], [row(shirt)])).toMatchObject([{ kind: 'take-down' }]);
  });

  it('is taken down where it is in doubt, also once more where it was taken down (rule 4)', () => {
    expect(diff([], [row(shirt, { inDoubt: true, state: 'gone' })])).toMatchObject([{ kind: 'take-down' }]);
    expect(diff([], [row(null, { inDoubt: true })])).toMatchObject([{ kind: 'take-down' }]);
  });

  it('gives its store up to what takes its place there, which clears what it had beside that', () => {
    const former = row({ ...shirt, colour: 'red' }, { documentKey: 'product:all:en_US:a' });
    const replaced = { kind: 'take-down', documentKey: former.documentKey, replacedBy: 'product:all:-:a' };
    expect(diff([document(shirt)], [former])).toMatchObject([
      { kind: 'send', previous: null, lastKnown: former.document, stood: true, cleared: ['colour'] },
      replaced,
    ]);
    expect(diff([document(shirt)], [row(shirt), former])).toMatchObject([{ kind: 'skip' }, replaced]);
    const empty = document({}, 'product:all:-:a');
    const german = row({ name: 'Hemd' }, { documentKey: 'product:de:de_DE:a', store: 'de' });
    expect(diff([empty], [german])).toMatchObject([{ kind: 'send', cleared: ['name'] }, { replacedBy: empty.key }]);
    expect(diff([document(shirt)], [german])).toMatchObject([{ kind: 'send' }, { kind: 'take-down', replacedBy: null }]);
  });

  it('is left alone where the shop has nothing of it', () => {
    expect(diff([], [row(null, { state: 'gone', rejectedHash: 'x:' })])).toEqual([]);
  });
});
