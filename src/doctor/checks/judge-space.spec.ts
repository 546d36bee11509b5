import { judgeSpace } from './judge-space.js';

const GB = 1_000_000_000;

it.each([
  ['nearly nothing', { freeBytes: 0.1 * GB, totalBytes: 100 * GB }, 0, 'failure'],
  ['less than a gigabyte', { freeBytes: 0.9 * GB, totalBytes: 2 * GB }, 0, 'warning'],
  ['less than a twentieth of a large disk', { freeBytes: 40 * GB, totalBytes: 1_000 * GB }, 0, 'warning'],
  ['less than the log may take', { freeBytes: 60 * GB, totalBytes: 100 * GB }, 70 * GB, 'warning'],
  ['enough', { freeBytes: 60 * GB, totalBytes: 100 * GB }, 1 * GB, 'ok'],
] as const)('%s', (_, space, mayTake, state) => {
  expect(judgeSpace('/data', space, mayTake)).toMatchObject({ check: 'disk', state });
});
