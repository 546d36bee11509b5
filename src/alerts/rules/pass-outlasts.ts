import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { readForecast } from '../../sync/forecast/read-forecast.js';
import { detailsOf, type Finding } from '../finding.js';
import { spanText } from '../notice/span-text.js';
import { defineRule } from '../rule.js';

/** A first load is no pass of a schedule, and has no time between two. */
const scheduled = 'SELECT pipeline FROM pipeline_state WHERE full_every_ms IS NOT NULL ORDER BY pipeline';

export const passOutlasts = defineRule({
  kind: 'pass_outlasts',
  title: 'A full pass takes too long',
  finds:
    'a full pass that, at its present rate, is not delivered before the next one is due: what it would heal stays wrong for longer with each',
  severity: 'warning',
  options: z.strictObject({
    least: duration.prefault('10m').describe('and has run for so long: the rate of the first minutes says little; 10m where not said'),
  }),
  everyMs: 60_000,
  followsConnection: true,
  async find({ sql }, { least }) {
    const findings: Finding[] = [];
    for (const { pipeline } of await sql.query<{ pipeline: string }>(scheduled)) {
      const found = await readForecast(sql, pipeline);
      if (!found?.outlasts) continue;
      const { takesSeconds, everySeconds } = found.outlasts;
      if ((takesSeconds - (found.secondsLeft ?? 0)) * 1_000 < least) continue;
      const takes =
        found.secondsLeft === null ? `has run for ${spanText(takesSeconds * 1_000)}` : `takes ${spanText(takesSeconds * 1_000)}`;
      findings.push({
        fingerprint: `pass_outlasts ${pipeline}`,
        pipeline,
        connection: null,
        message: `The full pass ${takes}, and the next one is due after ${spanText(everySeconds * 1_000)}`,
        details: detailsOf({
          many: found.left,
          next: 'pim2shop status; a longer time between two, or more at once (`batch` of the pipeline)',
        }),
      });
    }
    return findings;
  },
});
