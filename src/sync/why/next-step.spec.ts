import type { Facts } from './facts.js';
import { inShell, nextStep } from './next-step.js';

const at = new Date(Date.UTC(2026, 0, 1));
const document = {
  ...{ connection: 'shop', documentKey: 'product:all:-:a', store: 'all', state: 'live' as const, inDoubt: false, takenDown: null },
  ...{ address: 'a', targetId: '7', sentAt: at, acknowledgedAt: at },
};
const entry = {
  ...{ pipeline: 'products', key: 'a', state: 'ready' as const, kind: 'updated' as const, cause: 'delta' as const, attempts: 2, losses: 0 },
  ...{ enqueuedAt: at, dueAt: null, leasedBy: null, errorCode: null, errorMessage: null, errorField: null, errorFingerprint: null },
  ...{ revision: 1, version: null, run: null, leasedUntil: null },
};
const unchanged = {
  entity: 'a',
  document: 'product:all:-:a',
  store: 'all',
  action: 'unchanged' as const,
  fields: [],
  reasons: [],
  notes: [],
};
const standing: Facts = {
  ...{
    pipeline: 'products',
    key: 'a',
    entry: null,
    missing: [],
    lastError: null,
    documents: [document],
    pauses: [],
    heldSet: null,
    breaker: null,
    frozen: null,
    timeline: [],
  },
  source: { time: at, result: 'record', state: 'live', version: '1', reason: null, link: 'https://pim.example/a' },
  mapping: { result: 'documents', reason: null, errors: [], notes: [] },
  foreseen: [unchanged],
};
const set = { id: 3, pipeline: 'products', reason: 'more than 5 %', heldAt: at, expiresAt: at, removals: 12, examples: [] };
const breaker = { connection: 'shop', state: 'open' as const, since: at, failures: 7, nextTrial: at, reason: '503' };
const dead = { ...entry, state: 'dead' as const, errorCode: 'refused', errorMessage: 'no number', errorField: 'price' };
const rejected = {
  result: 'rejected' as const,
  reason: null,
  notes: [],
  errors: [{ field: 'name', code: 'required', message: 'is missing' }],
};
const gone = { ...standing.source, result: 'absent' as const, state: null };

const table: readonly (readonly [what: string, facts: Partial<Facts>, because: RegExp, then: RegExp | null, forPerson: boolean])[] = [
  ['stands as in the PIM', {}, /as the PIM does/, null, false],
  [
    'has a remark',
    {
      lastError: {
        time: at,
        run: 1,
        stage: 'transfer',
        severity: 'warning',
        code: 'c',
        field: null,
        message: 'cut',
        documentKey: null,
        class: null,
        attempt: null,
        context: null,
      },
    },
    /remark: cut/,
    null,
    false,
  ],
  [
    'is of a pipeline that is paused',
    { pauses: [{ connection: null, by: 'anna', since: at, reason: 'sale' }], entry: dead },
    /paused by anna \(sale\)/,
    /^pim2shop resume products$/,
    true,
  ],
  [
    'goes to a connection that is paused',
    { pauses: [{ connection: 'shop', by: 'anna', since: at, reason: null }] },
    /connection shop/,
    /resume --connection shop$/,
    true,
  ],
  [
    'is held back by a freeze',
    {
      entry: { ...entry, state: 'parked', errorCode: 'frozen', errorMessage: 'anna froze the shop (sale)' },
      frozen: { connection: 'shop', by: 'anna', since: at, reason: 'sale', except: ['price', 'stock'] },
    },
    /anna froze the shop \(sale\): only price, stock goes to shop/,
    /^pim2shop unfreeze shop$/,
    true,
  ],
  [
    'is held with others',
    { entry: { ...entry, state: 'held' }, heldSet: set },
    /12 others: more than 5 %/,
    /queue release 3 --expect 12/,
    true,
  ],
  ['is collected with its run', { entry: { ...entry, state: 'held' } }, /rest of its run/, /queue held/, false],
  ['is absent', { entry: { ...entry, state: 'absent' } }, /does not answer it/, /--sweep/, true],
  ['was refused', { entry: dead }, /refused it: no number \(price\)/, /queue retry --pipeline products --key a$/, true],
  ['was refused before', { entry: { ...dead, errorCode: 'rejected_before' } }, /refused/, /correct it/, true],
  [
    'has a SKU of another',
    { entry: { ...dead, errorCode: 'address_taken', errorMessage: 'belongs to products b' } },
    /belongs to products b/,
    /another SKU/,
    true,
  ],
  ['was tried too often', { entry: { ...dead, errorCode: 'deadlock' } }, /given up on: deadlock/, /once the cause is gone/, true],
  ['cannot be mapped', { entry: { ...dead, errorCode: 'required' }, mapping: rejected }, /name: is missing/, /pim\.example/, true],
  ['cannot be mapped, and nobody has noticed yet', { mapping: rejected }, /name: is missing/, /mapping products/, true],
  ['is gone, and stands still', { source: gone, mapping: null }, /gone in the PIM/, /--sweep/, false],
  ['is gone', { source: gone, mapping: null, documents: [] }, /no such record/, null, false],
  [
    'does not qualify',
    { mapping: { ...rejected, result: 'excluded', reason: 'enabled is false' }, documents: [] },
    /enabled is false$/,
    /`when` of products/,
    false,
  ],
  [
    'does not qualify, and stands still',
    { mapping: { ...rejected, result: 'excluded', reason: 'enabled is false' } },
    /stands in the shop still/,
    /change it/,
    false,
  ],
  ['is a draft', { source: { ...standing.source, state: 'unpublished' }, mapping: null }, /unpublished/, /change it/, false],
  [
    'waits for its parent',
    { entry: { ...entry, state: 'parked', dueAt: at }, missing: [{ pipeline: 'models', key: 'm 1' }] },
    /waits for models m 1,/,
    /why 'm 1' --pipeline models/,
    false,
  ],
  ['waited for something that is there', { entry: { ...entry, state: 'parked', dueAt: at } }, /is there by now/, /queue retry/, false],
  [
    'is tried again',
    { entry: { ...entry, state: 'waiting', dueAt: at, errorMessage: 'busy' } },
    /2026.*after 2 attempts: busy/,
    /tries at once/,
    false,
  ],
  [
    'waits for a shop that is down',
    { entry, breaker },
    /shop is down since 2026.*the next trial is at 2026.*: 503/,
    /connections try shop/,
    false,
  ],
  ['is given up on, whatever the shop does', { entry: dead, breaker }, /refused/, /by itself/, true],
  ['is being delivered', { entry: { ...entry, state: 'leased', leasedBy: 'host:1' } }, /host:1/, null, false],
  ['was taken for later', { entry: { ...entry, state: 'submitted' } }, /works on it/, null, false],
  ['waits for its turn', { entry }, /its turn/, /--until-empty/, false],
  ['is in doubt', { documents: [{ ...document, inDoubt: true }] }, /answer of the shop was lost/, /sync products/, false],
  [
    'could not be looked up',
    { source: { ...gone, result: 'failed', reason: 'down' }, mapping: null, foreseen: [] },
    /could not be asked: down/,
    /connections check/,
    false,
  ],
  ['is left out by the PIM', { source: { ...gone, result: 'nothing' }, mapping: null, foreseen: [] }, /left it out/, /look it up/, false],
  [
    'would wait',
    { foreseen: [{ ...unchanged, action: 'waits', reasons: [{ field: null, code: 'c', message: 'waits for m' }] }] },
    /waits for m/,
    /sync products/,
    false,
  ],
  ['has changed unnoticed', { foreseen: [{ ...unchanged, action: 'update' }] }, /nobody has noticed/, /--full/, false],
  ['was never delivered', { documents: [], foreseen: [] }, /not been delivered/, /--full/, false],
];

describe('what comes next for a record that', () => {
  it.each(table)('%s', (_, facts, because, then, forPerson) => {
    const next = nextStep({ ...standing, ...facts });
    expect(next.because).toMatch(because);
    if (then === null) expect(next.then).toBeNull();
    else expect(next.then).toMatch(then);
    expect(next.forPerson).toBe(forPerson);
  });
});

it('writes a key as one word of a command', () => {
  expect(['a-1:b/c', 'a b', "it's", '-x', '$(x)'].map(inShell)).toEqual(['a-1:b/c', "'a b'", "'it'\\''s'", "'-x'", "'$(x)'"]);
});
