import { z } from 'zod';
import { defineTransform } from '../transform.js';

export const asset = defineTransform({
  keyword: 'asset',
  description: "Makes a file of the source's code for it; it is fetched when it is sent. The name is the last part of the code.",
  option: z.literal(true).describe('true: it is the code of a file'),
  examples: [
    { option: true, input: 'a/b/chair.jpg', output: { $asset: { code: 'a/b/chair.jpg', name: 'chair.jpg' } } },
    { option: true, input: '' },
    { option: true, input: 12, error: 'wrong_type' },
  ],
  compile: () => (value, run) => {
    if (typeof value !== 'string') return run.fail('wrong_type', 'it is no code of a file');
    return value === '' ? undefined : { $asset: { code: value, name: value.slice(value.lastIndexOf('/') + 1) } };
  },
});
