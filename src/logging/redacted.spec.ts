import { redacted } from './redacted.js';

const hide = (text: string): string => text.replaceAll('canary', '***');
const show = (data: Record<string, unknown>) => redacted(data, hide);

describe('data on its way into the log', () => {
  it('loses whatever stands under the name of a secret, at any depth and in any spelling', () => {
    const names = [
      'password',
      'ACCESS_TOKEN',
      'apiKey',
      'x-api-key',
      'clientSecret',
      'Authorization',
      'Set-Cookie',
      'db_passwd',
      'Credentials',
    ];
    for (const name of names) expect(show({ a: [{ b: { [name]: { value: 1 } } }] })).toEqual({ a: [{ b: { [name]: '***' } }] });
    expect(show({ key: 'a1', pipeline: 'products', keys: ['a'] })).toEqual({ key: 'a1', pipeline: 'products', keys: ['a'] });
  });

  it('loses secrets by value in texts, lists, names and errors', () => {
    const error = new Error('said canary', { cause: new TypeError('canary again') });
    const copy = show({ text: 'a canary', list: ['canary'], 'canary name': 1, error });
    expect(JSON.stringify(copy)).not.toContain('canary');
    expect(copy.error).toMatchObject({ type: 'Error', message: 'said ***', cause: { type: 'TypeError', message: '*** again' } });
  });

  it('is no larger than a line may be, whatever it was made of', () => {
    const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), 'x');
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, 'y'.repeat(9_000)]));
    const round: Record<string, unknown> = {};
    round.self = round;
    const hostile = { deep, wide, round, wider: Array.from({ length: 50 }, () => wide), text: 'z'.repeat(10_000_000) };
    expect(JSON.stringify(show(hostile)).length).toBeLessThan(100_000);
  });

  it('is taken as it comes, and never fails', () => {
    const data = {
      big: 10n,
      none: undefined,
      nothing: null,
      infinite: Infinity,
      bytes: Buffer.from('abc'),
      when: new Date(0),
      what: () => 1,
      get broken(): string {
        throw new Error('no');
      },
      ['__proto__x']: 1,
    };
    expect(show(data)).toMatchObject({
      big: '10',
      nothing: null,
      infinite: 'Infinity',
      bytes: '3 bytes',
      when: '1970-01-01T00:00:00.000Z',
      broken: 'cannot be read',
    });
    expect(Object.getPrototypeOf(show(JSON.parse('{"__proto__":{"a":1}}') as Record<string, unknown>))).toBe(Object.prototype);
  });
});
