import { z } from 'zod';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

interface Failing {
  readonly pipeline: string;
  readonly kind: string;
  readonly failures: number;
  readonly since: Date;
  readonly error: string | null;
}

/** Runs since the last one that was completed; one that was told to stop counts for neither. */
const failing = `
  SELECT p.pipeline, k.kind, f.failures, f.since, f.error
  FROM pipeline_state p
  CROSS JOIN (VALUES ('delta'), ('full'), ('sweep')) AS k (kind)
  CROSS JOIN LATERAL (
    SELECT count(*) AS failures, min(r.started_at) AS since, (array_agg(r.error ORDER BY r.id DESC))[1] AS error
    FROM sync_run r
    WHERE r.pipeline = p.pipeline AND r.state = 'failed'
      AND (r.kind = k.kind OR (k.kind = 'full' AND r.kind = 'initial'))
      AND r.started_at > now() - interval '30 days'
      AND r.id > coalesce((
        SELECT max(c.id) FROM sync_run c
        WHERE c.pipeline = p.pipeline AND c.state = 'completed' AND (c.kind = k.kind OR (k.kind = 'full' AND c.kind = 'initial'))
          AND c.started_at > now() - interval '30 days'
      ), 0)
  ) f
  WHERE f.failures > 0`;

export const runFailed = defineRule({
  kind: 'run_failed',
  title: 'A run failed',
  finds: 'runs of a pipeline and kind that failed, one after the other, with none completed since',
  severity: 'warning',
  options: z.strictObject({
    deltas: z.number().int().min(1).default(3).describe('so many deltas in a row; the next one heals what a single one missed'),
    passes: z.number().int().min(1).default(1).describe('so many full passes, or sweeps, in a row'),
  }),
  everyMs: 30_000,
  followsConnection: true,
  async find({ sql }, { deltas, passes }) {
    const rows = await sql.query<Failing>(failing);
    return rows
      .filter(({ kind, failures }) => failures >= (kind === 'delta' ? deltas : passes))
      .map(({ pipeline, kind, failures, since, error }) => ({
        fingerprint: `run_failed ${pipeline} ${kind}`,
        pipeline,
        connection: null,
        message: `${failures === 1 ? `The last ${kind} failed` : `The last ${failures} runs of kind ${kind} failed`}: ${error ?? 'no reason is known'}`,
        details: detailsOf({ many: failures, since, next: `pim2shop status; pim2shop sync ${pipeline}${optionOf(kind)}` }),
      }));
  },
});

function optionOf(kind: string): string {
  return kind === 'delta' ? '' : ` --${kind}`;
}
