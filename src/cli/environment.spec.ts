import { refusalOf } from './confirm-destructive.js';
import { withEnvironment } from './write-result.js';

const production = { name: 'production', colour: 'red', production: true } as const;
const staging = { name: 'staging', colour: 'blue', production: false } as const;

describe('whoever destroys something', () => {
  it.each([
    [
      'in production without a terminal must say its name',
      production,
      undefined,
      false,
      expect.stringContaining('say --environment production'),
    ],
    ['at a terminal is asked for it', production, undefined, true, 'ask'],
    ['and said it already is not asked', production, 'production', true, null],
    ['and said it without a terminal may go on', production, 'production', false, null],
    ['and means another one is refused', production, 'staging', true, expect.stringContaining('this is production, not staging')],
    ['is not asked elsewhere', staging, undefined, true, null],
    [
      'and is refused elsewhere as well where he means another one',
      staging,
      'production',
      false,
      expect.stringContaining('this is staging'),
    ],
  ] as const)('%s', (_, environment, said, atTerminal, answer) => {
    expect(refusalOf(environment, said, atTerminal)).toEqual(answer);
  });
});

describe('what a program reads', () => {
  it('names the installation, where it is an object and somebody gave it a name', () => {
    expect(withEnvironment({ retried: 1 }, { PIM2SHOP_ENVIRONMENT: 'staging' })).toEqual({ environment: 'staging', retried: 1 });
    expect(withEnvironment({ environment: 'mine' }, { PIM2SHOP_ENVIRONMENT: 'staging' })).toEqual({ environment: 'mine' });
    expect(withEnvironment({ retried: 1 }, {})).toEqual({ retried: 1 });
    expect(withEnvironment([1], { PIM2SHOP_ENVIRONMENT: 'staging' })).toEqual([1]);
  });
});
