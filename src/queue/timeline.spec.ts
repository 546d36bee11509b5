import { timelineOf } from './timeline.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const delivered = {
  ...{ connection: 'shop', documentKey: 'product:all:-:a', pipeline: 'products', entityKey: 'a', run: 1, mapping: 1, sendNumber: 1 },
  ...{ state: 'live' as const, takenDown: null, hash: 'h', whole: false, changedFields: ['name', 'price'] },
};
const entry = {
  ...{
    pipeline: 'products',
    key: 'a',
    state: 'waiting' as const,
    kind: 'updated' as const,
    cause: 'delta' as const,
    attempts: 1,
    losses: 0,
  },
  ...{ leasedBy: null, errorCode: null, errorMessage: null, errorField: null, errorFingerprint: null, run: 2 },
};
const error = {
  run: 2,
  stage: 'transfer',
  severity: 'error',
  code: 'refused',
  field: 'price',
  message: 'no number',
  class: 'rejected',
  attempt: 1,
  context: null,
  documentKey: null,
};

it('tells what happened in one list, the newest first, with what lies ahead', () => {
  const moments = timelineOf({
    entry: { ...entry, enqueuedAt: at(30), dueAt: at(90) },
    errors: [{ ...error, time: at(40) }],
    history: [
      { ...delivered, time: at(20) },
      { ...delivered, time: at(10), whole: true, changedFields: [] },
      { ...delivered, time: at(5), state: 'gone', takenDown: 'disable', changedFields: [] },
    ],
  });
  expect(moments.map(({ time, what, detail }) => `${time.getUTCSeconds()} ${what} ${detail}`)).toEqual([
    '30 due waiting until then',
    '40 failed transfer: refused (price): no number',
    '30 queued updated, by delta',
    '20 delivered name, price',
    '10 delivered all fields',
    '5 taken-down disable',
  ]);
});

it('has nothing of what nobody ever noticed', () => {
  expect(timelineOf({ entry: null, errors: [], history: [] })).toEqual([]);
});
