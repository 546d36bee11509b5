import { initialPriority, secondPassPriority } from './initial-priority.js';

it.each([
  [{ created: 0, updated: 0, deleted: 0 }],
  [{ created: 20, updated: 10, deleted: 30 }],
  [{ created: -1_000, updated: 1_000, deleted: 0 }],
])('with %j a first load stands a week behind everything else, and its second pass a day behind the first', (priority) => {
  const others = [0, ...Object.values(priority)];
  expect(initialPriority(priority)).toBe(Math.min(...others) - 7 * 24 * 60);
  expect(secondPassPriority(priority)).toBe(initialPriority(priority) - 24 * 60);
});
