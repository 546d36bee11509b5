import type { Sql } from '../../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../../queue/sql/audit.js';
import { toJsonb } from '../../../queue/sql/jsonb.js';
import type { WantedRun } from '../run-request.js';

/** A key of the asker's own under which he may ask again, and a hash of what he asks for. */
export interface AskedUnder {
  readonly key: string;
  readonly fingerprint: string;
}

/** What never changes of a request: whoever asks again under the same key is told the same. */
export interface AddedRequest {
  readonly id: number;
  readonly requestedAt: Date;
}

/**
 * Writes down what somebody asks for, with its key and its row in the audit log, in one statement: none of them without the others.
 * Null where the key was used already, or one of this kind is running; the unique index throws (23505) where one is asked for already.
 */
export async function addRequest(
  sql: Sql,
  wanted: WantedRun,
  under: AskedUnder | null,
  action: AuditedAction,
  by: string,
): Promise<AddedRequest | null> {
  const [row] = await sql.query<AddedRequest>(
    `WITH next AS MATERIALIZED (SELECT nextval('run_request_id_seq') AS id),
     free AS (
       SELECT 1 WHERE $3 OR $2 = 'partial' OR NOT EXISTS (
         SELECT 1 FROM sync_run r WHERE r.pipeline = $1 AND r.state = 'running' AND r.alive_until > clock_timestamp()
           AND CASE r.kind WHEN 'initial' THEN 'full' ELSE r.kind END = $2)
     ),
     claimed AS (
       INSERT INTO idempotency_key AS k (actor, key, fingerprint, request, expires_at)
       SELECT $6, $7, $8, next.id, clock_timestamp() + interval '24 h' FROM next, free WHERE $7::text IS NOT NULL
       ON CONFLICT (actor, key) DO UPDATE SET fingerprint = excluded.fingerprint, request = excluded.request, expires_at = excluded.expires_at
         WHERE k.expires_at < clock_timestamp()
       RETURNING 1
     ),
     made AS (
       INSERT INTO run_request (id, pipeline, kind, dry_run, limit_count, chosen, requested_by)
       SELECT next.id, $1, $2, $3, $4, $5::jsonb, $6 FROM next, free WHERE $7::text IS NULL OR EXISTS (SELECT 1 FROM claimed)
       RETURNING id, requested_at
     ),
     ${audited(9, `jsonb_build_object('request', (SELECT id FROM made))`, 'EXISTS (SELECT 1 FROM made)')}
     SELECT id, requested_at AS "requestedAt" FROM made`,
    [
      wanted.pipeline,
      wanted.kind,
      wanted.dryRun,
      wanted.limit,
      wanted.chosen === null ? null : toJsonb(wanted.chosen),
      by,
      under?.key ?? null,
      under?.fingerprint ?? null,
      ...auditParameters(action),
    ],
  );
  return row ?? null;
}

/** What was asked for under this key before; null where nothing was, or it is too long ago. */
export async function askedBefore(sql: Sql, actor: string, key: string): Promise<(AddedRequest & { readonly fingerprint: string }) | null> {
  const [row] = await sql.query<AddedRequest & { readonly fingerprint: string }>(
    `SELECT r.id, r.requested_at AS "requestedAt", k.fingerprint FROM idempotency_key k JOIN run_request r ON r.id = k.request
     WHERE k.actor = $1 AND k.key = $2 AND k.expires_at >= clock_timestamp()`,
    [actor, key],
  );
  return row ?? null;
}

/** What keeps another of its kind from being asked for: a run, or a request that nobody has taken yet. */
export async function inTheWay(
  sql: Sql,
  pipeline: string,
  kind: string,
): Promise<{ readonly run: number | null; readonly request: number | null } | null> {
  const [row] = await sql.query<{ run: number | null; request: number | null }>(
    `SELECT r.id AS run, NULL::bigint AS request FROM sync_run r
     WHERE r.pipeline = $1 AND r.state = 'running' AND r.trigger <> 'event' AND r.alive_until > clock_timestamp() AND CASE r.kind WHEN 'initial' THEN 'full' ELSE r.kind END = $2
     UNION ALL
     SELECT q.run, q.id FROM run_request q WHERE q.pipeline = $1 AND q.kind = $2 AND NOT q.dry_run AND q.state IN ('waiting', 'running')
     LIMIT 1`,
    [pipeline, kind],
  );
  return row ?? null;
}

/** Those whose day is over. */
export async function forgetIdempotencyKeys(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM idempotency_key WHERE expires_at < clock_timestamp()');
}
