import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { spanText } from '../notice/span-text.js';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';
import { readQueueDepths } from './queue-depths.js';

export const lag = defineRule({
  kind: 'lag',
  title: 'Changes arrive late',
  finds: 'a change that was noticed and has waited longer than it may',
  severity: 'warning',
  options: z.strictObject({ most: duration.prefault('1h').describe('how long a change may wait; 1h where not said') }),
  everyMs: 30_000,
  followsConnection: true,
  async find({ sql }, { most }) {
    const now = Date.now();
    const depths = await readQueueDepths(sql);
    return depths.flatMap(({ pipeline, waiting, oldest, oldestKeys }) => {
      if (oldest === null || now - oldest.getTime() <= most) return [];
      return [
        {
          fingerprint: `lag ${pipeline}`,
          pipeline,
          connection: null,
          message: `The oldest change waits for ${spanText(now - oldest.getTime())}; ${spanText(most)} is allowed`,
          details: detailsOf({
            many: waiting,
            since: new Date(oldest.getTime() + most),
            examples: oldestKeys.map((key) => ({ text: key, key })),
            next: `pim2shop status; pim2shop queue list --pipeline ${pipeline}`,
          }),
        },
      ];
    });
  },
});
