import { isEmptied } from './is-emptied.js';

const before = { sku: 'a', name: 'A', price: 3, categories: [1], text: 'long' };

it.each([
  ['loses most of its fields', { sku: 'a', name: 'A' }],
  ['has nothing in most of them any more', { sku: 'a', name: 'A', price: null, categories: [], text: '' }],
])('a document is emptied that %s', (_, after) => {
  expect(isEmptied(before, after)).toBe(true);
});

it.each([
  ['loses less than half', { sku: 'a', name: 'A', price: 3 }],
  ['has other values', { sku: 'b', name: 'B', price: 0, categories: [2], text: false }],
  ['gains some', { ...before, more: 1 }],
])('a document is edited that %s', (_, after) => {
  expect(isEmptied(before, after)).toBe(false);
});

it('a document that had little may lose it', () => {
  expect(isEmptied({ text: 'b' }, {})).toBe(false);
});

it('what was empty before is not lost', () => {
  expect(isEmptied({ sku: 'a', b: null, c: '', d: [], e: {} }, { sku: 'a' })).toBe(false);
});
