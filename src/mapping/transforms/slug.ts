import slugify from 'slugify';
import { z } from 'zod';
import { defineTransform } from '../transform.js';

/** Punctuation separates words; the symbols that slugify has words for (& % $ €) stay. */
const separators = /[^\p{L}\p{N}\p{M}\p{S}&%]+/gu;

export const slug = defineTransform({
  keyword: 'slug',
  description:
    'Makes a part of an address: lower case, a–z, 0–9 and hyphens. The parts of a list are joined by hyphens, empty ones left out.',
  option: z.literal(true).describe('true: make a part of an address'),
  examples: [
    { option: true, input: 'Sony Kühlschrank 3.5" & Co', output: 'sony-kuhlschrank-3-5-and-co' },
    { option: true, input: ['Biker jacket', 'Biker-XL_01'], output: 'biker-jacket-biker-xl-01' },
    { option: true, input: ['日本', 'A-1'], output: 'a-1' },
    { option: true, input: '日本' },
    { option: true, input: [{ a: 1 }], error: 'wrong_type' },
  ],
  compile: () => (value, run) => {
    const parts = (Array.isArray(value) ? value : [value]).map((part) =>
      typeof part === 'string' || typeof part === 'number' ? part : null,
    );
    if (parts.includes(null)) return run.fail('wrong_type', 'an address is made of texts');
    const address = parts
      .map((part) => slugify(String(part).replace(separators, ' '), { lower: true, strict: true }))
      .filter((part) => part !== '')
      .join('-');
    return address === '' ? undefined : address;
  },
});
