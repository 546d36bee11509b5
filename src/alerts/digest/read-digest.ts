import type { Sql } from '../../database/sql.js';
import type { CauseDigest, Digest, PipelineDigest } from './digest.js';
import type { DueDigest } from './due-digests.js';

const mostCauses = 10;
const weekMs = 7 * 86_400_000;

/** Reads what a time came to. */
export async function readDigest(sql: Sql, { period, from, to }: DueDigest): Promise<Digest> {
  const now = await pipelinesOf(sql, from, to);
  const before = await pipelinesOf(sql, new Date(from.getTime() - weekMs), new Date(to.getTime() - weekMs));
  const causes = await causesOf(sql, from, to);
  return {
    period,
    from: from.toISOString(),
    to: to.toISOString(),
    pipelines: now.map((one) => withBefore(one, before)),
    slowest: await slowestOf(sql, from, to),
    causes: causes.slice(0, mostCauses),
    moreCauses: Math.max(0, causes.length - mostCauses),
    alerts: await alertsOf(sql, from, to),
  };
}

/** `any`: something ran, events as well. */
type Sums = Omit<PipelineDigest, 'before'> & { readonly any: boolean };

function withBefore({ any: _, ...one }: Sums, before: readonly Sums[]): PipelineDigest {
  const then = before.find(({ pipeline, any }) => pipeline === one.pipeline && any);
  return { ...one, before: then ? { delivered: then.delivered, dead: then.dead } : null };
}

/** What runs came to that began in that time. One of events a minute is no number that says anything: they are not counted among the runs. */
async function pipelinesOf(sql: Sql, from: Date, to: Date): Promise<Sums[]> {
  return sql.query<Sums>(
    `SELECT p.pipeline, count(r.id) FILTER (WHERE r.trigger <> 'event') AS runs, count(r.id) > 0 AS any, count(*) FILTER (WHERE r.state = 'failed') AS "failedRuns",
       coalesce(sum((r.counts ->> 'settled')::bigint), 0)::bigint AS delivered,
       coalesce(sum((r.counts ->> 'removed')::bigint), 0)::bigint AS removed,
       coalesce(sum((r.counts ->> 'dead')::bigint), 0)::bigint AS dead
     FROM pipeline_state p LEFT JOIN sync_run r ON r.pipeline = p.pipeline AND r.started_at >= $1 AND r.started_at < $2
     GROUP BY p.pipeline ORDER BY p.pipeline`,
    [from, to],
  );
}

async function slowestOf(sql: Sql, from: Date, to: Date): Promise<Digest['slowest'][number][]> {
  return sql.query(
    `SELECT pipeline, kind, (extract(epoch FROM finished_at - started_at) * 1000)::float8 AS ms FROM sync_run
     WHERE state = 'completed' AND trigger <> 'event' AND started_at >= $1 AND started_at < $2 ORDER BY finished_at - started_at DESC LIMIT 3`,
    [from, to],
  );
}

/** By cause, the most frequent first. First seen is as far back as errors are kept. */
async function causesOf(sql: Sql, from: Date, to: Date): Promise<CauseDigest[]> {
  const rows = await sql.query<Omit<CauseDigest, 'first' | 'last'> & { readonly first: Date; readonly last: Date }>(
    `SELECT c.pipeline, c.code, c.field, c.message, c.count, c.last, s.first,
            coalesce(p.mapping > 1 AND s.first > p.mapping_at, false) AS "isNew"
     FROM (
       SELECT pipeline, fingerprint, min(code) AS code, min(field) AS field, min(message) AS message, count(*) AS count, max(time) AS last
       FROM sync_error WHERE severity = 'error' AND time >= $1 AND time < $2 GROUP BY pipeline, fingerprint
     ) c
     JOIN (SELECT pipeline, fingerprint, min(time) AS first FROM sync_error WHERE severity = 'error' GROUP BY pipeline, fingerprint) s
       USING (pipeline, fingerprint)
     LEFT JOIN pipeline_state p ON p.pipeline = c.pipeline
     ORDER BY c.count DESC, c.pipeline, c.fingerprint LIMIT 1000`,
    [from, to],
  );
  return rows.map((row) => ({ ...row, first: row.first.toISOString(), last: row.last.toISOString() }));
}

async function alertsOf(sql: Sql, from: Date, to: Date): Promise<Digest['alerts']> {
  const [row] = await sql.query<Digest['alerts']>(
    `SELECT count(*) FILTER (WHERE opened_at >= $1 AND opened_at < $2) AS opened,
            count(*) FILTER (WHERE state = 'closed' AND closed_at >= $1 AND closed_at < $2) AS closed,
            coalesce((SELECT jsonb_agg(jsonb_build_object('kind', o.kind, 'about', coalesce(o.pipeline, o.connection), 'since', o.opened_at) ORDER BY o.opened_at)
                      FROM incident o WHERE o.state = 'open'), '[]') AS open
     FROM incident WHERE opened_at >= $1 OR closed_at >= $1`,
    [from, to],
  );
  return row ?? { opened: 0, closed: 0, open: [] };
}
