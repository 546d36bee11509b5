import { z } from 'zod';
import { defineTransform } from '../transform.js';

const shape = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export const date = defineTransform({
  keyword: 'date',
  description:
    'Takes the day of an ISO date or date and time, as it is written there: the time zone does not move it, because a PIM means the day.',
  option: z.literal(true).describe('true: YYYY-MM-DD'),
  examples: [
    { option: true, input: '2024-02-29T00:00:00+01:00', output: '2024-02-29' },
    { option: true, input: '2024-03-01', output: '2024-03-01' },
    { option: true, input: '2023-02-29', error: 'not_a_date' },
    { option: true, input: '1.3.2024', error: 'not_a_date' },
  ],
  compile: () => (value, run) => {
    const found = typeof value === 'string' ? shape.exec(value.trim()) : null;
    const day = found ? `${found[1]}-${found[2]}-${found[3]}` : '';
    return isDay(day) ? day : run.fail('not_a_date', 'it is no date like 2024-12-31');
  },
});

/** The calendar has this day: what it has not, Date moves to another one. */
function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
