import type { ClaimedEntry } from '../queue/entry.js';
import { decideEntry, type Evidence } from './decide-entry.js';

const entry = (more: Partial<ClaimedEntry> = {}): ClaimedEntry => ({
  pipeline: 'p',
  key: 'a',
  kind: 'updated',
  cause: 'delta',
  revision: 1,
  token: 1,
  version: '5',
  versionOrder: 5,
  changedFields: [],
  attempts: 0,
  losses: 0,
  proof: null,
  granted: false,
  staleSinceMs: null,
  run: null,
  ...more,
});
const record = (order: number | null): Evidence => ({
  kind: 'record',
  record: { key: 'a', version: order === null ? null : { id: String(order), order, closed: true }, fields: {}, values: {} },
});
const kindOf = (one: ClaimedEntry, evidence: Evidence): string => decideEntry(one, evidence, 1_000).kind;

describe('what is done with an entry', () => {
  it('a record at its version or above is mapped, also one announced as deleted', () => {
    expect(kindOf(entry(), record(5))).toBe('map');
    expect(kindOf(entry({ kind: 'deleted' }), record(6))).toBe('map');
    expect(kindOf(entry({ kind: 'deleted', proof: 7 }), record(6))).toBe('map');
    expect(kindOf(entry({ versionOrder: null }), record(1))).toBe('map');
  });

  it('a record older than announced is read again, and never sent', () => {
    expect(kindOf(entry(), record(4))).toBe('look-again');
    expect(kindOf(entry({ staleSinceMs: 999 }), record(4))).toBe('look-again');
    expect(kindOf(entry({ staleSinceMs: 1_001 }), record(4))).toBe('give-up');
  });

  it('what is absent is removed only with proof: a deletion the source announced, or a completed pass', () => {
    expect(kindOf(entry({ proof: 7 }), { kind: 'absent' })).toBe('remove');
    expect(kindOf(entry({ kind: 'deleted' }), { kind: 'absent' })).toBe('remove');
    expect(kindOf(entry(), { kind: 'absent' })).toBe('look-again');
    expect(kindOf(entry({ staleSinceMs: 1_001 }), { kind: 'absent' })).toBe('absent');
  });

  it('what a fetch merely left out is never removed', () => {
    expect(kindOf(entry({ proof: 7, kind: 'deleted' }), { kind: 'nothing' })).toBe('look-again');
    expect(kindOf(entry({ proof: 7, kind: 'deleted', staleSinceMs: 1_001 }), { kind: 'nothing' })).toBe('absent');
  });
});
