import type { Outcome } from '../model/outcome.js';
import { backoffMs, entryDisposition, mirrorResult } from './entry-disposition.js';

const written: Outcome = { kind: 'written', key: 'a', targetId: 'A' };
const unknown: Outcome = { kind: 'unknown', key: 'b', code: 'timeout', message: 'no answer' };
const rejected: Outcome = { kind: 'rejected', key: 'c', code: 'bad', message: 'bad', field: 'price' };
const retry = (code: string, afterMs?: number): Outcome => ({
  kind: 'retry',
  key: 'd',
  code,
  message: code,
  ...(afterMs === undefined ? {} : { afterMs }),
});
const policy = { maxAttempts: 3 };
const of = (outcomes: Outcome[], attempts = 0): object => entryDisposition(outcomes, attempts, policy).disposition;

describe('an entry', () => {
  it('is done when every document was acknowledged, or there was nothing to send', () => {
    expect(of([written, { kind: 'unchanged', key: 'e' }])).toEqual({ kind: 'done' });
    expect(of([])).toEqual({ kind: 'done' });
  });

  it('takes the worst outcome of its documents', () => {
    expect(of([written, rejected])).toEqual({ kind: 'dead' });
    expect(of([written, rejected, unknown])).toMatchObject({ kind: 'retry', attempt: true });
  });

  it('names the field that was rejected', () => {
    expect(entryDisposition([rejected], 0, policy).error).toEqual({ code: 'bad', message: 'bad', field: 'price' });
  });

  it('uses up no attempt for what is not its own failure', () => {
    for (const code of ['unavailable', 'throttled', 'unauthorized', 'lease_ended', 'left_alone', 'waits_for_other'])
      expect(of([retry(code)], 99)).toMatchObject({ kind: 'retry', attempt: false });
  });

  it('is given up on after the last of its attempts', () => {
    expect(of([unknown], 1)).toMatchObject({ kind: 'retry' });
    expect(of([unknown], 2)).toEqual({ kind: 'dead' });
  });

  it('comes back when the shop said so', () => {
    expect(of([retry('throttled', 1_234)])).toMatchObject({ afterMs: 1_234 });
  });

  it('waits parked for what it refers to', () => {
    expect(of([retry('reference_missing')])).toMatchObject({ kind: 'park' });
  });
});

describe('the mirror', () => {
  it('is out of doubt only by a definite answer', () => {
    expect(mirrorResult(unknown)).toBe('unknown');
    expect(mirrorResult({ kind: 'submitted', key: 'f', submission: '1' })).toBe('unknown');
    expect(mirrorResult(retry('throttled'))).toBe('not-applied');
    expect(mirrorResult(rejected)).toBe('rejected');
    expect(mirrorResult(written)).toBe('acknowledged');
  });
});

describe('the backoff', () => {
  it('doubles up to five minutes, with a quarter of jitter', () => {
    expect([0, 1, 5, 30].map((attempts) => backoffMs(attempts, () => 0))).toEqual([1_000, 2_000, 32_000, 300_000]);
    expect(backoffMs(0, () => 1)).toBe(1_250);
  });
});
