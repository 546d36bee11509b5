import { z } from 'zod';
import { defineTransform } from '../transform.js';

export const trim = defineTransform({
  keyword: 'trim',
  description: 'Takes white space off both ends of a text. What is empty then is no value.',
  option: z.boolean().describe('true: take white space off both ends'),
  examples: [
    { option: true, input: '  Chair ', output: 'Chair' },
    { option: true, input: '   ' },
    { option: true, input: 12, output: 12 },
  ],
  compile: (on) => (value) => {
    if (!on || typeof value !== 'string') return value;
    const trimmed = value.trim();
    return trimmed === '' ? undefined : trimmed;
  },
});
