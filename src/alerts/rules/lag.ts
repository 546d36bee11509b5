import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { readFreshness, type Freshness } from '../../sync/freshness/sql/freshness.js';
import { detailsOf } from '../finding.js';
import { spanText } from '../notice/span-text.js';
import { defineRule } from '../rule.js';
import { readQueueDepths, type QueueDepth } from './queue-depths.js';

/** A pipeline that says how far it may be behind (`maxLag`) is held to that; of another, and of a frozen shop, the oldest change that waits to be delivered counts. */
export const lag = defineRule({
  kind: 'lag',
  title: 'Changes arrive late',
  finds:
    'a shop that is further behind its PIM than `maxLag` of the pipeline allows; where that is not said, a change that has waited too long',
  severity: 'warning',
  options: z.strictObject({
    most: duration.prefault('1h').describe('how long a change may wait where the pipeline has no maxLag; 1h where not said'),
  }),
  everyMs: 30_000,
  followsConnection: true,
  async find({ sql }, { most }) {
    const now = Date.now();
    const freshness = await readFreshness(sql);
    const depths = await readQueueDepths(sql);
    return depths.flatMap((depth) => {
      const { pipeline, waiting, oldestKeys } = depth;
      const behind = behindOf(
        depth,
        freshness.find((one) => one.pipeline === pipeline),
        most,
        now,
      );
      if (behind === null) return [];
      return [
        {
          fingerprint: `lag ${pipeline}`,
          pipeline,
          connection: null,
          message: behind.message,
          details: detailsOf({
            many: waiting,
            since: behind.since,
            examples: oldestKeys.map((key) => ({ text: key, key })),
            next: `pim2shop status; pim2shop queue list --pipeline ${pipeline}`,
          }),
        },
      ];
    });
  },
});

interface Behind {
  readonly message: string;
  readonly since: Date | null;
}

function behindOf({ oldest, isFrozen }: QueueDepth, freshness: Freshness | undefined, most: number, now: number): Behind | null {
  if (freshness && freshness.maxLagSeconds !== null && !isFrozen) {
    const { lagSeconds, maxLagSeconds, isBehind } = freshness;
    if (!isBehind) return null;
    if (lagSeconds === null) return { message: 'Nobody knows how far the shop is behind: nothing was read so far', since: null };
    const since = new Date(now - (lagSeconds - maxLagSeconds) * 1000);
    return { message: `The shop is ${spanText(lagSeconds * 1000)} behind; ${spanText(maxLagSeconds * 1000)} is allowed`, since };
  }
  const waits = oldest === null ? 0 : now - oldest.getTime();
  if (waits <= most) return null;
  return { message: `The oldest change waits for ${spanText(waits)}; ${spanText(most)} is allowed`, since: new Date(now - waits + most) };
}
