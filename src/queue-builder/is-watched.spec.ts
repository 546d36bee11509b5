import { isWatched } from './is-watched.js';

describe('a change', () => {
  it.each([
    ['price', 'price'],
    ['values.price', 'values.price'],
    ['values.price', 'Values.PRICE'],
    ['values.price', 'price'],
    ['price', 'values.price'],
    ['values.price', 'values'],
    ['values.price', 'values.price.EUR'],
    ['values.price', 'price.EUR'],
    ['associations.UPSELL.products', 'associations'],
    ['associations', 'associations.UPSELL'],
  ])('is watched by %s where it touched %s', (path, field) => {
    expect(isWatched(['other', field], [path, 'one more'])).toBe(true);
  });

  it.each([
    ['values.price', 'values.price_net'],
    ['values.price', 'prices'],
    ['values.price', 'values.name'],
    ['associations.UPSELL', 'associations.X_SELL'],
    ['values.price', 'updated'],
  ])('is not watched by %s where it touched %s', (path, field) => {
    expect(isWatched([field], [path])).toBe(false);
  });

  it('is watched by everybody where it touched the state of the record', () => {
    expect(isWatched(['values.name', 'state'], ['values.price'])).toBe(true);
  });

  it('is watched where nobody knows what it touched, and where everything is watched', () => {
    expect(isWatched([], ['values.price'])).toBe(true);
    expect(isWatched(['values.name'], null)).toBe(true);
  });
});
