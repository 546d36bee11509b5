import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

interface Rate {
  readonly pipeline: string;
  readonly failed: number;
  readonly all: number;
  readonly examples: readonly string[] | null;
}

/** What the runs of the last while came to; a try that failed and will be made again counts as one that failed. */
const rates = `
  SELECT r.pipeline, r.failed, r.failed + r.went AS all, (
    SELECT array_agg(format('%s × %s: %s', c.count, c.code, c.message)) FROM (
      SELECT count(*) AS count, min(e.code) AS code, min(e.message) AS message FROM sync_error e
      WHERE e.pipeline = r.pipeline AND e.severity = 'error' AND e.time > now() - $1 * interval '1 ms'
      GROUP BY e.fingerprint ORDER BY count(*) DESC LIMIT 5) c) AS examples
  FROM (
    SELECT p.pipeline,
      coalesce(sum((c.counts ->> 'dead')::bigint + (c.counts ->> 'retried')::bigint), 0)::bigint AS failed,
      coalesce(sum((c.counts ->> 'settled')::bigint + (c.counts ->> 'unchanged')::bigint + (c.counts ->> 'removed')::bigint), 0)::bigint AS went
    FROM pipeline_state p JOIN sync_run c ON c.pipeline = p.pipeline AND c.started_at > now() - $1 * interval '1 ms'
    GROUP BY p.pipeline
  ) r WHERE r.failed > 0 AND r.failed + r.went >= $2 AND r.failed * 100 >= (r.failed + r.went) * $3`;

export const errorRate = defineRule({
  kind: 'error_rate',
  title: 'Too many fail',
  finds: 'a share of the entries of the last runs of a pipeline that could not be delivered',
  severity: 'warning',
  options: z.strictObject({
    percent: z.number().min(1).max(100).default(20).describe('so many of a hundred'),
    of: z.number().int().min(1).default(50).describe('of at least so many'),
    within: duration.prefault('1h').describe('of runs that began within so long; 1h where not said'),
  }),
  everyMs: 60_000,
  followsConnection: true,
  async find({ sql }, { percent, of, within }) {
    const rows = await sql.query<Rate>(rates, [within, of, percent]);
    return rows.map(({ pipeline, failed, all, examples }) => ({
      fingerprint: `error_rate ${pipeline}`,
      pipeline,
      connection: null,
      message: `${failed} of ${all} tries failed (${Math.round((failed / all) * 100)} %)`,
      details: detailsOf({
        many: failed,
        examples: (examples ?? []).map((text) => ({ text, key: null })),
        next: `pim2shop queue list --pipeline ${pipeline}`,
      }),
    }));
  },
});
