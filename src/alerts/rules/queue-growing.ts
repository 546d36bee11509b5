import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import type { JsonObject } from '../../model/json.js';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';
import { isGrowing, withSample, type Samples } from './growth.js';
import { readQueueDepths } from './queue-depths.js';

const sampleMs = 60_000;

export const queueGrowing = defineRule({
  kind: 'queue_growing',
  title: 'The queue grows',
  finds: 'a queue that has had more in it at every look for a while: more comes in than goes out',
  severity: 'warning',
  options: z.strictObject({
    entries: z.number().int().min(1).default(5_000).describe('beyond so many entries'),
    for: duration.prefault('1h').describe('for so long; 1h where not said'),
  }),
  everyMs: sampleMs,
  followsConnection: true,
  async find(look, options) {
    const now = Date.now();
    const depths = await readQueueDepths(look.sql);
    const known = (look.memory ?? {}) as unknown as Readonly<Record<string, Samples>>;
    const samples = Object.fromEntries(
      depths.map(({ pipeline, waiting }) => [pipeline, withSample(known[pipeline] ?? [], [now, waiting], options.for)]),
    );
    look.remember(samples as unknown as JsonObject);
    return depths
      .filter(({ pipeline, waiting }) => waiting >= options.entries && isGrowing(samples[pipeline] ?? [], options.for))
      .map(({ pipeline, waiting, oldest }) => ({
        fingerprint: `queue_growing ${pipeline}`,
        pipeline,
        connection: null,
        message: `${waiting} entries wait, and were ${samples[pipeline]?.[0]?.[1] ?? 0} a while ago`,
        details: detailsOf({
          many: waiting,
          since: oldest,
          next: 'more workers (PIM2SHOP_ROLE=worker), or larger batches in the pipeline file',
        }),
      }));
  },
});
