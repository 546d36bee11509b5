import { z } from 'zod';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

interface Quiet {
  readonly pipeline: string;
  readonly kind: string;
  readonly usual: number;
}

/**
 * Deltas by the day: a night without changes is nothing, a day without any after so many with some is. Passes by themselves: one that
 * sees nothing, where those before saw something.
 */
const quiet = `
  WITH days AS (
    SELECT pipeline, floor(extract(epoch FROM now() - started_at) / 86400)::int AS ago, sum((counts ->> 'seen')::bigint)::bigint AS seen, count(*) AS runs
    FROM sync_run WHERE kind = 'delta' AND state = 'completed' AND started_at > now() - ($1 + 1) * interval '1 day'
    GROUP BY 1, 2
  )
  SELECT t.pipeline, 'delta' AS kind, (avg(b.seen))::bigint AS usual
  FROM days t JOIN days b ON b.pipeline = t.pipeline AND b.ago BETWEEN 1 AND $1
  WHERE t.ago = 0 AND t.seen = 0
  GROUP BY t.pipeline HAVING count(*) = $1 AND min(b.seen) > 0
  UNION ALL
  SELECT p.pipeline, k.kind, (SELECT avg(x.seen)::bigint FROM unnest(l.seen[2:]) AS x(seen))
  FROM pipeline_state p CROSS JOIN (VALUES ('full'), ('sweep')) AS k (kind)
  CROSS JOIN LATERAL (
    SELECT array_agg(r.seen) AS seen FROM (
      SELECT (counts ->> 'seen')::bigint AS seen FROM sync_run
      WHERE pipeline = p.pipeline AND kind = k.kind AND state = 'completed' ORDER BY id DESC LIMIT $2 + 1
    ) r
  ) l
  WHERE cardinality(l.seen) = $2 + 1 AND l.seen[1] = 0 AND NOT 0 = ANY(l.seen[2:])`;

export const noChanges = defineRule({
  kind: 'no_changes',
  title: 'Nothing changes any more',
  finds: 'a day of deltas, or a pass, that saw nothing at all where there always was something',
  severity: 'warning',
  options: z.strictObject({
    days: z.number().int().min(1).max(60).default(7).describe('deltas: so many days before it, each with changes'),
    passes: z.number().int().min(1).max(60).default(3).describe('full passes and sweeps: so many before it, each with records'),
  }),
  everyMs: 600_000,
  async find({ sql }, { days, passes }) {
    const rows = await sql.query<Quiet>(quiet, [days, passes]);
    return rows.map(({ pipeline, kind, usual }) => ({
      fingerprint: `no_changes ${pipeline} ${kind}`,
      pipeline,
      connection: null,
      message:
        kind === 'delta'
          ? `No delta of the last 24 hours saw a change; about ${usual} a day are usual`
          : `The last ${kind} saw no record at all; about ${usual} are usual`,
      details: detailsOf({ many: 0, next: "look at the rights of the PIM's user, at its index, and at filters of the connection" }),
    }));
  },
});
