import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { timingOf } from '../../mapping/schedules-of.js';
import { slotsBetween } from '../../sync/schedules/slots-of.js';
import { detailsOf, type Finding } from '../finding.js';
import { defineRule } from '../rule.js';

interface Success {
  readonly pipeline: string;
  readonly kind: string;
  readonly last: Date;
  readonly now: Date;
}

/** When a run of each kind began that was completed last; of a pipeline that is paused, whose source is paused, or that was never read whole, nothing. */
const successes = `
  SELECT p.pipeline, k.kind, clock_timestamp() AS now,
         coalesce((SELECT max(r.started_at) FROM sync_run r WHERE r.pipeline = p.pipeline AND r.kind = k.kind AND r.state = 'completed'), p.last_full_sync) AS last
  FROM pipeline_state p CROSS JOIN (VALUES ('delta'), ('full'), ('sweep')) AS k (kind)
  WHERE p.last_full_sync IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM connection_state c WHERE c.connection = p.source_connection AND c.paused_by IS NOT NULL AND c.paused_until > now())`;

export const noSuccess = defineRule({
  kind: 'no_success',
  title: 'No run was completed',
  finds: 'a schedule whose time has come so often without a run that was completed',
  severity: 'warning',
  options: z.strictObject({
    intervals: z.number().int().min(1).default(3).describe('so many times in a row'),
    least: duration.prefault('15m').describe('and for so long, at least; 15m where not said'),
  }),
  everyMs: 60_000,
  followsConnection: true,
  async find({ sql, pipelines }, { intervals, least }) {
    const rows = await sql.query<Success>(successes);
    return pipelines.flatMap(({ data }) =>
      (['delta', 'full', 'sweep'] as const).flatMap((kind): Finding[] => {
        const told = data[kind];
        const row = rows.find((one) => one.pipeline === data.pipeline && one.kind === kind);
        if (!told || !row || row.now.getTime() - row.last.getTime() < least) return [];
        // What is due now may be running.
        const missed = slotsBetween(timingOf(told), row.last, row.now)?.count ?? 0;
        if (missed <= intervals) return [];
        return [
          {
            fingerprint: `no_success ${data.pipeline} ${kind}`,
            pipeline: data.pipeline,
            connection: null,
            message: `No ${kind} was completed since ${row.last.toISOString()}, though its time came more often than ${intervals} times`,
            details: detailsOf({ many: missed, since: row.last, next: 'pim2shop status --json: slots say what became of each time' }),
          },
        ];
      }),
    );
  },
});
