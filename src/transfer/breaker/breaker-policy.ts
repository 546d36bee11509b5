import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';

/** What stands under `breaker` of a target's connection: when nothing more is sent to a shop that is down, and how often it is tried. */
export const breakerSchema = z
  .strictObject({
    failures: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('so many batches, one after the other over all processes, that it was down for; 5 where not said'),
    first: duration.prefault('5s').describe('when it is tried for the first time then; 5s where not said'),
    longest: duration.prefault('5m').describe('each further trial waits twice as long, up to this; 5m where not said'),
  })
  .describe('{ failures, first, longest }: when a shop that is down is left alone, and how often it is tried');

export type BreakerPolicy = z.output<typeof breakerSchema>;

export const defaultBreaker: BreakerPolicy = breakerSchema.parse({});
