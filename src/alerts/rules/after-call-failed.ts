import { z } from 'zod';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

interface Failing {
  readonly pipeline: string;
  readonly runs: number;
  readonly since: Date;
  readonly error: string | null;
  readonly run: number;
}

/** What waits for runs and does not take the call: a cache that shows what is old. */
const failing = `
  SELECT pipeline, count(*) AS runs, min(finished_at) AS since, (array_agg(after_error ORDER BY id DESC))[1] AS error, max(id) AS run
  FROM sync_run
  WHERE after_state = 'due' AND after_attempts >= $1 AND after_error IS NOT NULL
  GROUP BY pipeline`;

export const afterCallFailed = defineRule({
  kind: 'after_call_failed',
  title: 'What waits for runs does not take the call',
  finds: 'calls after runs (`after` of the pipeline) that failed several times and are still tried',
  severity: 'warning',
  options: z.strictObject({ attempts: z.number().int().min(1).default(5).describe('so many tries in vain') }),
  everyMs: 30_000,
  followsConnection: false,
  async find({ sql }, { attempts }) {
    const rows = await sql.query<Failing>(failing, [attempts]);
    return rows.map(({ pipeline, runs, since, error, run }) => ({
      fingerprint: `after_call_failed ${pipeline}`,
      pipeline,
      connection: null,
      message: `What is called after runs of ${pipeline} does not take it: ${error ?? 'no reason is known'}`,
      details: detailsOf({ many: runs, since, next: `pim2shop runs show ${run}` }),
    }));
  },
});
