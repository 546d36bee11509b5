import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';
import { readTroubles } from './connection-trouble.js';

export const connectionDown = defineRule({
  kind: 'connection_down',
  title: 'A connection does not answer',
  finds: 'a PIM or a shop that has not answered, or not as it should, for a while',
  severity: 'critical',
  options: z.strictObject({ for: duration.prefault('5m').describe('for so long; 5m where not said') }),
  everyMs: 10_000,
  async find({ sql }, options) {
    const troubles = await readTroubles(sql);
    return troubles
      .filter(({ trouble, forMs }) => (trouble === 'unavailable' || trouble === 'bad_answer') && forMs >= options.for)
      .map(({ connection, message, since, isOpen, pipelines }) => ({
        fingerprint: `connection_down ${connection}`,
        pipeline: null,
        connection,
        message,
        details: detailsOf({
          since,
          examples: pipelines.map((text) => ({ text, key: null })),
          next: `nothing is lost: it is tried again until it answers${isOpen ? `, at once by pim2shop connections try ${connection}` : ''}. Planned? pim2shop pause --connection ${connection}`,
        }),
      }));
  },
});
