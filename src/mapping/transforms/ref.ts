import { z } from 'zod';
import { defineTransform } from '../transform.js';

export const ref = defineTransform({
  keyword: 'ref',
  description:
    'Makes a reference to the entity of another pipeline that has this key. It is weak (left out until the other stands in the shop) unless the rule says `strong: true` (then this one waits for it).',
  option: z.string().min(1).describe('name of the pipeline that brings the other entity'),
  examples: [
    { option: 'categories', input: 'shoes', output: { $ref: { pipeline: 'categories', key: 'shoes', strength: 'weak' } } },
    { option: 'categories', input: '' },
    { option: 'categories', input: ['shoes'], error: 'wrong_type' },
  ],
  compile: (pipeline, { strong }) => {
    const strength = strong ? 'strong' : 'weak';
    return (value, run) => {
      if (typeof value !== 'string' && typeof value !== 'number') return run.fail('wrong_type', 'it is no key of an entity');
      return value === '' ? undefined : { $ref: { pipeline, key: String(value), strength } };
    };
  },
});
