import { attribute, compiled, mistakesOf, record, structure, value, type SceneOptions } from '../../test/kit/mapping/scene.js';
import type { Mapped } from '../model/document.js';
import type { SourceRecord } from '../model/record.js';

const map = (when: string, one: SourceRecord, options: SceneOptions = {}): Mapped =>
  compiled(`when: ${when}\nfields:\n  a: { value: 1 }`, options).map(one);
/** `in`, why not, or the codes of the errors. */
function verdict(mapped: Mapped): string {
  if (mapped.kind === 'documents') return 'in';
  return mapped.kind === 'excluded' ? mapped.reason : mapped.errors.map(({ field, code }) => `${field}: ${code}`).join(', ');
}
const judged = (when: string, fields: SourceRecord['fields'], options: SceneOptions = {}): string =>
  verdict(map(when, record(fields), options));

describe('a value that `when` asks for', () => {
  it('is one of the list', () => {
    expect(judged('{ family: [shirts, mugs] }', { family: 'mugs' })).toBe('in');
    expect(judged('{ family: [shirts, mugs] }', { family: 'tvs' })).toBe('family is tvs, and shirts or mugs is wanted');
    expect(judged('{ family: [shirts, null] }', { family: null })).toBe('in');
  });

  it('is one of the items where the record has a list', () => {
    expect(judged('{ categories: [sale, winter] }', { categories: ['master', 'winter'] })).toBe('in');
    expect(judged('{ categories: sale }', { categories: ['master', 'winter'] })).toBe(
      'categories is ["master","winter"], and sale is wanted',
    );
    expect(judged('{ categories: sale }', { categories: [] })).toBe('categories is none, and sale is wanted');
    expect(judged('{ categories: null }', { categories: [] })).toBe('in');
    expect(judged('{ categories: sale }', { categories: [7] })).toBe('categories: wrong_type');
  });

  it('takes nothing down that the source says nothing of', () => {
    expect(judged('{ enabled: true }', {})).toBe('enabled: missing');
    expect(judged('{ stock.state: in }', { stock: null })).toBe('stock.state: missing');
    expect(judged('{ enabled: true }', { enabled: null })).toBe('enabled is none, and true is wanted');
    expect(judged('{ enabled: [true, null] }', {})).toBe('in');
    expect(verdict(map('{ values.shape: round }', { ...record({}), values: null } as never))).toBe('values.shape: missing');
  });

  it('may be an attribute, which PIMs leave out where it has no value', () => {
    const pim = structure([attribute('shape', 'select')]);
    const shaped = (shape: string | null) =>
      verdict(map('{ values.shape: round }', record({}, shape === null ? {} : { shape: [value(shape)] }), { structure: pim }));
    expect([shaped('round'), shaped('flat'), shaped(null)]).toEqual([
      'in',
      'values.shape is flat, and round is wanted',
      'values.shape is none, and round is wanted',
    ]);
  });

  it('decides against a record whatever cannot be judged beside it', () => {
    expect(judged('{ completeness: { channel: print, locales: [en_US] }, enabled: true }', { enabled: false })).toBe(
      'enabled is false, and true is wanted',
    );
  });
});

describe('the completeness that `when` asks for', () => {
  const asked = '{ completeness: { channel: print, locales: [en_US, de_DE], min: 80 } }';
  const percents = (en_US: number, de_DE: number) => ({ completeness: { print: { en_US, de_DE } } });

  it('is that of every locale', () => {
    expect(judged(asked, percents(80, 100))).toBe('in');
    expect(judged(asked, percents(100, 79))).toBe('completeness of print in de_DE is 79 %, and 80 % is wanted');
  });

  it('is a hundred percent where nothing is said of it', () => {
    const whole = '{ completeness: { channel: print, locales: [en_US] } }';
    expect(judged(whole, percents(99, 0))).toBe('completeness of print in en_US is 99 %, and 100 % is wanted');
    expect(judged(whole, percents(100, 0))).toBe('in');
  });

  it('takes nothing down where it is not told', () => {
    const untold: SourceRecord['fields'][] = [
      {},
      { completeness: null },
      { completeness: { ecommerce: { en_US: 0 } } },
      { completeness: { print: { en_US: 100 } } },
    ];
    for (const fields of untold) expect(judged(asked, fields)).toBe('completeness: missing');
    expect(judged('{ completeness: { channel: constructor, locales: [name] } }', { completeness: {} })).toBe('completeness: missing');
  });

  it('is asked of the source in its channel and locales, whichever the scopes show', () => {
    const { needs } = compiled('when: { completeness: { channel: ecommerce, locales: [fr_FR] } }\nfields:\n  a: { value: 1 }');
    expect(needs).toEqual({
      attributes: [],
      fields: ['completeness'],
      locales: ['en_US', 'de_DE', 'fr_FR'],
      channels: ['print', 'ecommerce'],
    });
    expect(compiled('fields:\n  a: { value: 1 }').needs).toMatchObject({ fields: [], channels: ['print'] });
  });

  it('is held to the channels and locales that the source has', () => {
    const wrong = 'when: { completeness: { channel: prnt, locales: [en_US] } }\nfields:\n  a: { value: 1 }';
    expect(mistakesOf(wrong, { structure: structure([]) })).toEqual(['8:25 the source has no channel prnt → did you mean print?']);
    const locale = 'when: { completeness: { channel: Print, locales: [en_UK] } }\nfields:\n  a: { value: 1 }';
    expect(mistakesOf(locale, { structure: structure([]) })).toEqual([
      '8:51 the source has no locale en_UK on its channel print → did you mean en_US?',
    ]);
    expect(mistakesOf('when: { ready: { channel: print, locales: [en_US] } }\nfields:\n  a: { value: 1 }')).toEqual([
      '8:9 ready has no channel and locales → write `completeness: { channel, locales, min }`',
    ]);
  });
});

describe('a function that `when` asks', () => {
  const asked = '{ sellable: { call: f, reads: [price] } }';
  const answering = (answer: unknown) => judged(asked, { price: 1 }, { functions: { f: () => answer as never } });

  it('answers true, false, or why not', () => {
    expect([answering(true), answering(false), answering('the price is a guess')]).toEqual([
      'in',
      'sellable: f says no',
      'sellable: the price is a guess',
    ]);
  });

  it('takes nothing down by answering anything else, or by failing', () => {
    for (const answer of [undefined, null, '', 1, []]) expect(answering(answer)).toBe('sellable: not_judged');
    const failing = () => {
      throw new Error('no idea');
    };
    expect(judged(asked, {}, { functions: { f: failing } })).toBe('sellable: function_failed');
  });

  it('reads what it names and nothing else', () => {
    const reading = (path: string) => judged(asked, { price: 5, stock: 0 }, { functions: { f: (one) => one.get(path) === 5 } });
    expect([reading('price'), reading('stock')]).toEqual(['in', 'sellable: function_failed']);
    const { needs } = compiled(`when: ${asked}\nfields:\n  a: { value: 1 }`, { functions: { f: () => true } });
    expect(needs.fields).toEqual(['price']);
  });

  it('must be there; another one is another mapping', () => {
    expect(mistakesOf(`when: ${asked}\nfields:\n  a: { value: 1 }`, { functions: { g: () => true } })).toEqual([
      '8:21 there is no function f in functions/ → did you mean g?',
    ]);
    const hashOf = (f: () => boolean) => compiled(`when: ${asked}\nfields:\n  a: { value: 1 }`, { functions: { f } }).hash;
    expect(hashOf(() => true)).not.toBe(hashOf(() => false));
  });
});

describe('what `when` cannot be', () => {
  it('is told with its place', () => {
    expect(mistakesOf('when: { a b: 1, x: { below: 3 }, c: [] }\nfields:\n  a: { value: 1 }').join('\n')).toMatch(/8:\d+ x is a map/);
    expect(mistakesOf('when: { a b: 1 }\nfields:\n  a: { value: 1 }')[0]).toMatch(/^8:9 a b is no path/);
  });
});
