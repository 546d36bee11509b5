import { z } from 'zod';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

interface Skipped {
  readonly pipeline: string;
  readonly kind: string;
  readonly many: number;
  readonly first: Date;
  readonly reasons: readonly string[];
}

/** These tell of something that stands in the way; what was wanted so (a blackout, a pause, what goes first) is none of them. */
export const troublesomeReasons = ['no process looked while it was due', 'the one before is still running'];

const skippedTimes = `
  SELECT pipeline, kind, sum(skipped)::bigint AS many, min(coalesce(first_slot, slot)) AS first, array_agg(DISTINCT reason) AS reasons
  FROM schedule_slot
  WHERE state = 'skipped' AND reason = ANY($1) AND slot > now() - CASE WHEN kind = 'delta' THEN interval '1 h' ELSE interval '24 h' END
  GROUP BY pipeline, kind`;

export const scheduleSkipped = defineRule({
  kind: 'schedule_skipped',
  title: 'A schedule was skipped',
  finds: 'times of a schedule without a run, because nobody was there or the run before went on too long',
  severity: 'warning',
  options: z.strictObject({
    deltas: z.number().int().min(1).default(10).describe('so many times of a delta within an hour'),
    passes: z.number().int().min(1).default(1).describe('so many times of a full pass, or a sweep, within a day'),
  }),
  everyMs: 60_000,
  async find({ sql }, { deltas, passes }) {
    const rows = await sql.query<Skipped>(skippedTimes, [troublesomeReasons]);
    return rows
      .filter(({ kind, many }) => many >= (kind === 'delta' ? deltas : passes))
      .map(({ pipeline, kind, many, first, reasons }) => ({
        fingerprint: `schedule_skipped ${pipeline} ${kind}`,
        pipeline,
        connection: null,
        message: `A ${kind} was due and did not run: ${reasons.join('; ')}`,
        details: detailsOf({ many, since: first, next: 'pim2shop status --json: slots; a longer interval, or a second process' }),
      }));
  },
});
