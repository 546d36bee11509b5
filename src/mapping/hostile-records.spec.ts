import fc from 'fast-check';
import { attribute, compiled, record, structure, value } from '../../test/kit/mapping/scene.js';
import type { Mapped } from '../model/document.js';
import type { JsonObject } from '../model/json.js';
import type { SourceRecord } from '../model/record.js';
import type { AttributeType } from '../model/structure.js';

const types: AttributeType[] = ['text', 'textarea', 'number', 'boolean', 'date', 'select', 'multiselect', 'metric', 'price'];
const pim = structure(
  [
    ...types.map((type) => attribute(type, type, { unit: 'KILOGRAM' })),
    attribute('axis', 'metric', { unit: 'INCH' }),
    attribute('title', 'text', { localizable: true, scopable: true }),
    attribute('picture', 'image'),
  ],
  { familyVariants: [{ code: 'v', family: 'f', axes: ['axis'] }] },
);

const file = `
when: { enabled: true }
maxText: 1KB
fields:
  sku: { from: identifier, required: true, trim: true }
  name: { from: [values.title, values.text, identifier], maxLength: 20 }
  slug: { all: [document.name, identifier], slug: true }
  tabled: { from: code, table: { a: 1, '*': 2 } }
  links: { from: categories, each: { ref: things } }
  raw: { from: anything }
  media: { all: [values.picture], each: { asset: true } }
  custom_attributes.*: { from: values.* }
`;
const pipeline = compiled(file, { structure: pim });

const strange = fc.oneof(
  fc.anything({ withNullPrototype: false, maxDepth: 4 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    '\ud800',
    'a\0b',
    Number.POSITIVE_INFINITY,
    Number.NaN,
    1e308,
    -0,
    {},
    [],
    [[]],
    null,
    undefined,
    JSON.parse('{"__proto__":{"x":1}}'),
  ),
);
const candidate = fc.oneof(
  strange,
  fc.record(
    {
      locale: fc.constantFrom<unknown>(null, 'en_US', 'de_DE', 3),
      channel: fc.constantFrom<unknown>(null, 'print'),
      data: strange,
      labels: strange,
    },
    { requiredKeys: ['data'] },
  ),
);
const attributeCodes = [...pim.attributes.map((one) => one.code), '__proto__', 'constructor'];
const records = fc.record({
  key: fc.oneof(fc.constant('k1'), strange),
  version: fc.constant(null),
  fields: fc.oneof(
    strange,
    fc.record({
      enabled: fc.constantFrom<unknown>(true, true, true, 'x'),
      identifier: strange,
      code: strange,
      categories: fc.oneof(strange, fc.array(strange)),
      anything: strange,
    }),
  ),
  values: fc.oneof(strange, fc.dictionary(fc.constantFrom(...attributeCodes), fc.oneof(strange, fc.array(candidate, { maxLength: 3 })))),
});

describe('a mapping that meets a hostile record', () => {
  it('never throws, answers the same twice, and makes nothing that cannot be stored', () => {
    fc.assert(
      fc.property(records, (hostile) => {
        const mapped = pipeline.map(hostile as unknown as SourceRecord);
        expect(JSON.stringify(pipeline.map(hostile as unknown as SourceRecord))).toBe(JSON.stringify(mapped));
        if (mapped.kind === 'rejected') expect(mapped.errors.length).toBeGreaterThan(0);
        if (mapped.kind !== 'documents') return;
        for (const document of mapped.documents) {
          expect(JSON.stringify(JSON.parse(document.text))).toBe(document.text);
          expect(document.text).not.toMatch(/\\u0000|\\ud[89a-f][0-9a-f]{2}/i);
          const order = Object.keys(document.fields);
          expect(order).toEqual(pipeline.owned.filter((field) => order.includes(field)));
        }
      }),
      { seed: 20_240_601, numRuns: 3000 },
    );
    expect(Object.prototype).not.toHaveProperty('x');
  });

  const bad = (fields: JsonObject, values: SourceRecord['values'] = {}): Mapped =>
    pipeline.map(record({ enabled: true, identifier: 'A', ...fields }, values));
  const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

  it.each<[string, JsonObject, SourceRecord['values'], string, string, string]>([
    ['a lone surrogate', { identifier: 'A\ud800' }, {}, 'sku', 'lone_surrogate', 'identifier'],
    ['a NUL', {}, { text: [value('a\0')] }, 'name', 'nul_character', 'values.text'],
    ['1e400', {}, { number: [value(JSON.parse('1e400'))] }, 'custom_attributes.number', 'not_finite', 'values.number'],
    [
      '1e400 as a price',
      {},
      { price: [value([{ amount: JSON.parse('1e400') as number, currency: 'EUR' }])] },
      'custom_attributes.price',
      'not_finite',
      'values.price[0].amount',
    ],
    ['a text that is too long', {}, { text: [value('x'.repeat(1025))] }, 'name', 'text_too_long', 'values.text'],
    ['a text that is too long in bytes', {}, { text: [value('ä'.repeat(600))] }, 'name', 'text_too_long', 'values.text'],
    ['ten thousand levels', { anything: deep(10_000) as JsonObject }, {}, 'raw', 'too_deep', 'anything'],
    ['a list without end', { categories: Array.from({ length: 10_001 }, () => 'c') }, {}, 'links', 'too_many', 'categories'],
    ['a key __proto__', { anything: JSON.parse('{"a":{"__proto__":1}}') as JsonObject }, {}, 'raw', 'forbidden_key', 'anything.a'],
    ['values that are no list', {}, { text: 'x' as unknown as [] }, 'name', 'wrong_type', 'values.text'],
    ['a value that is none', {}, { text: ['x'] as unknown as [] }, 'name', 'wrong_type', 'values.text'],
    ['an unknown unit', {}, { metric: [value({ amount: 1, unit: 'CRATE' })] }, 'custom_attributes.metric', 'unknown_unit', 'CRATE'],
    [
      'a label that is broken',
      {},
      { select: [value('red', { labels: { red: { en_US: '\udc00' } } })] },
      'custom_attributes.select',
      'lone_surrogate',
      'en_US',
    ],
  ])('rejects %s, naming the field and the path', (_, fields, values, field, code, path) => {
    const mapped = bad(fields, values);
    expect(mapped.kind === 'rejected' && mapped.errors[0]).toEqual({ field, code, message: expect.stringContaining(path) as string });
  });

  it('reads a text of just the allowed length', () => {
    expect(bad({}, { textarea: [value('ä'.repeat(512))] })).toMatchObject({ kind: 'documents' });
  });
});
