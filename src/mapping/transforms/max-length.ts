import { z } from 'zod';
import { defineTransform } from '../transform.js';

export const maxLength = defineTransform({
  keyword: 'maxLength',
  description: 'Cuts a text to so many characters, and says so with the note `cut`. Never cuts a character in two.',
  option: z.number().int().min(1).describe('how many characters at most'),
  examples: [
    { option: 5, input: 'Armchair', output: 'Armch', note: 'cut' },
    { option: 5, input: 'Chair', output: 'Chair' },
    { option: 1, input: '😀😀', output: '😀', note: 'cut' },
    { option: 5, input: 123456, output: 123456 },
  ],
  compile: (longest) => (value, run) => {
    if (typeof value !== 'string' || value.length <= longest) return value;
    const characters = Array.from(value);
    if (characters.length <= longest) return value;
    run.note('cut', `cut from ${characters.length} to ${longest} characters`);
    return characters.slice(0, longest).join('');
  },
});
