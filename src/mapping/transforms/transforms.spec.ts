import { Run, type ResolvedScope } from '../run.js';
import type { Example, Transform } from '../transform.js';
import { transforms } from './index.js';

const scope: ResolvedScope = {
  store: 'all',
  locale: 'en_US',
  channel: null,
  currency: 'EUR',
  inherits: null,
  index: 0,
  base: null,
  labelLocale: 'en_US',
  labelStores: [{ store: 'de', locale: 'de_DE' }],
};

function tryOut(transform: Transform, example: Example): { output: unknown; errors: string[]; notes: string[] } {
  const run = new Run({ key: 'k', version: null, fields: {}, values: {} }, scope, 1024);
  run.labels = example.labels;
  const step = transform.compile(transform.option.parse(example.option), {
    tables: {},
    strong: false,
    mistake: (problem) => {
      throw new Error(problem);
    },
  });
  const output = step(example.input, run);
  return { output, errors: run.errors.map((error) => error.code), notes: run.notes.map((note) => note.code) };
}

describe.each(transforms)('the transform $keyword', (transform) => {
  it.each(transform.examples)('does what its examples say: $option on $input', (example) => {
    expect(tryOut(transform, example)).toEqual({
      output: example.output,
      errors: example.error ? [example.error] : [],
      notes: example.note ? [example.note] : [],
    });
  });
});

describe('the transforms', () => {
  it('have a keyword each, a description and at least two examples', () => {
    expect(new Set(transforms.map((one) => one.keyword)).size).toBe(transforms.length);
    expect(transforms.filter((one) => one.description.length < 20 || one.examples.length < 2)).toEqual([]);
  });
});
