import { BadAnswer, Unauthorized, Unavailable } from '../../connectors/contract/index.js';
import type { Outcome } from '../../model/outcome.js';
import { verdictOf } from './verdict.js';

const key = 'product:all:-:a';
const written: Outcome = { kind: 'written', key, targetId: '7' };
const down: Outcome = { kind: 'unknown', key, code: 'unavailable', message: 'it answered 503' };
const refused: Outcome = { kind: 'rejected', key, code: 'refused', message: 'no name' };
const told: Outcome = { ...down, afterMs: 5_000 };
const unsent: Outcome = { kind: 'retry', key, code: 'lease_ended', message: 'not sent' };
const leftAlone: Outcome = { ...unsent, code: 'left_alone' };
const waits: Outcome = { kind: 'retry', key, code: 'waits_for_other', message: 'waits' };

it.each<[what: string, failure: Error | null, outcomes: readonly Outcome[], verdict: string | null]>([
  ['went', null, [written, refused], 'works'],
  ['was refused item by item', null, [refused], 'works'],
  ['got no answer', new Unavailable('no answer'), [unsent], 'down'],
  ['got 5xx for each of its items', null, [down, down], 'down'],
  ['got 5xx for all that was not refused, which may have been without a request', null, [refused, down], 'down'],
  ['has one item that breaks its own request', null, [written, down], 'works'],
  ['was cut off after some of it went', new Unavailable('no answer'), [written, unsent], 'works'],
  ['was told to wait', new Unavailable('slow down', 2_000), [unsent], 'rests'],
  ['was told to wait in the middle', null, [written, told], 'rests'],
  ['had credentials that are refused', new Unauthorized('401'), [unsent], null],
  ['got an answer that is none', new BadAnswer('HTML'), [unsent], null],
  ['sent nothing', null, [waits, unsent], null],
  ['was not sent, as the shop was left alone meanwhile', null, [leftAlone], null],
])('a batch that %s', (_, failure, outcomes, verdict) => {
  expect(verdictOf(failure, outcomes)?.kind ?? null).toBe(verdict);
});
