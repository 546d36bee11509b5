import type { Sql } from '../../database/sql.js';
import type { SettledDocument, SettledEntry, SettleResult } from '../entry.js';

export interface SettleRequest {
  readonly connection: string;
  readonly pipeline: string;
  readonly documents: readonly SettledDocument[];
  readonly entries: readonly SettledEntry[];
}

/**
 * Applies what the shop said, with two fences (rule 5). The mirror row is written by document key and send
 * number, whenever that send was answered: also when newer news has come meanwhile. The entry goes only
 * by key, revision and token; did only the revision move, it is given back at once, nothing counted.
 * A document that was skipped must still be what was skipped: same send number, not in doubt (rule 6).
 */
const statement = `
WITH docs AS (
  SELECT * FROM jsonb_to_recordset($3::jsonb) AS r(document_key text, send_number bigint, result text, hash text, ref_digest text, document jsonb, target_id text, address text, taken_down text)
), answered AS (
  SELECT m.document_key, m.pipeline, m.entity_key, m.resource, m.hash IS NULL AND m.rejected_hash IS NULL AS never, d.result, d.hash, d.ref_digest, d.document, d.target_id, d.address, d.taken_down
  FROM mirror_document m JOIN docs d ON m.connection = $1 AND m.document_key = d.document_key AND m.send_number = d.send_number
  WHERE d.result <> 'unknown' ORDER BY m.document_key FOR UPDATE OF m
), acknowledged AS (
  UPDATE mirror_document m SET in_doubt = false, intended_hash = NULL, rejected_hash = NULL, acknowledged_at = now(),
    hash = a.hash, ref_digest = a.ref_digest, document = a.document,
    state = CASE WHEN a.taken_down IS NULL THEN 'live' ELSE 'gone' END, taken_down = a.taken_down
  FROM answered a WHERE a.result = 'acknowledged' AND m.connection = $1 AND m.document_key = a.document_key
), rejected AS (
  UPDATE mirror_document m SET in_doubt = false, rejected_hash = m.intended_hash, intended_hash = NULL,
    state = CASE WHEN m.hash IS NULL THEN 'gone' ELSE m.state END
  FROM answered a WHERE a.result = 'rejected' AND m.connection = $1 AND m.document_key = a.document_key
), reverted AS (
  UPDATE mirror_document m SET in_doubt = false, intended_hash = NULL
  FROM answered a WHERE a.result = 'not-applied' AND NOT a.never AND m.connection = $1 AND m.document_key = a.document_key
), forgotten AS (
  DELETE FROM mirror_document m USING answered a WHERE a.result = 'not-applied' AND a.never AND m.connection = $1 AND m.document_key = a.document_key
), named AS (
  INSERT INTO identity AS n (connection, pipeline, entity_key, resource, target_id)
  SELECT DISTINCT ON (entity_key) $1, pipeline, entity_key, resource, target_id FROM answered
  WHERE result = 'acknowledged' AND target_id IS NOT NULL AND taken_down IS DISTINCT FROM 'delete' ORDER BY entity_key, document_key
  ON CONFLICT (connection, pipeline, entity_key) DO UPDATE SET target_id = excluded.target_id WHERE n.target_id <> excluded.target_id
), nameless AS (
  DELETE FROM identity n USING answered a
  WHERE a.result = 'acknowledged' AND a.taken_down = 'delete' AND n.connection = $1 AND n.pipeline = a.pipeline AND n.entity_key = a.entity_key
), addressed AS (
  UPDATE address d SET target_id = a.target_id FROM answered a
  WHERE a.result = 'acknowledged' AND a.address IS NOT NULL AND a.target_id IS NOT NULL
    AND d.connection = $1 AND d.resource = a.resource AND d.address = a.address AND d.entity_key = a.entity_key AND d.target_id IS DISTINCT FROM a.target_id
), released AS (
  DELETE FROM address d USING answered a
  WHERE a.result = 'acknowledged' AND d.connection = $1 AND d.pipeline = a.pipeline AND d.entity_key = a.entity_key
    AND (a.taken_down = 'delete' OR (a.address IS NOT NULL AND d.address <> a.address))
), entries AS (
  SELECT * FROM jsonb_to_recordset($4::jsonb) AS r(key text, revision bigint, token bigint, kind text, after_ms float8, attempt boolean, stale boolean, code text, message text, field text, skipped jsonb)
), held AS (
  SELECT q.entity_key, q.revision = e.revision AS same, e.*,
    NOT EXISTS (
      SELECT 1 FROM jsonb_to_recordset(e.skipped) AS s(document_key text, send_number bigint)
      LEFT JOIN mirror_document m ON m.connection = $1 AND m.document_key = s.document_key
      WHERE m.document_key IS NULL OR m.send_number <> s.send_number OR m.in_doubt) AS untouched
  FROM queue_entry q JOIN entries e ON q.pipeline = $2 AND q.entity_key = e.key
  WHERE q.token = e.token AND q.state IN ('leased', 'ready') ORDER BY q.entity_key FOR UPDATE OF q
), done AS (
  DELETE FROM queue_entry q USING held h
  WHERE h.same AND h.kind = 'done' AND h.untouched AND q.pipeline = $2 AND q.entity_key = h.entity_key AND q.revision = h.revision AND q.token = h.token
  RETURNING q.entity_key
), back AS (
  UPDATE queue_entry q SET
    state = CASE WHEN NOT h.same OR h.kind IN ('done', 'release') THEN 'ready' WHEN h.kind = 'retry' THEN 'waiting' WHEN h.kind = 'park' THEN 'parked' ELSE h.kind END,
    due_at = CASE WHEN h.same AND h.kind IN ('retry', 'park') THEN now() + h.after_ms * interval '1 ms' END,
    attempts = CASE WHEN NOT h.same THEN 0 WHEN h.kind IN ('retry', 'dead') AND h.attempt THEN q.attempts + 1 ELSE q.attempts END,
    losses = CASE WHEN h.kind = 'release' THEN q.losses ELSE 0 END, losses_alone = CASE WHEN h.kind = 'release' THEN q.losses_alone ELSE 0 END,
    stale_since = CASE WHEN h.same AND h.stale THEN COALESCE(q.stale_since, now()) WHEN h.kind = 'release' THEN q.stale_since END,
    hold = CASE WHEN NOT h.same AND h.kind = 'done' THEN q.next_hold ELSE LEAST(q.hold, q.next_hold) END, next_hold = NULL,
    token = NULL, leased_by = NULL, leased_until = NULL,
    error_code = COALESCE(h.code, q.error_code), error_message = COALESCE(h.message, q.error_message), error_field = CASE WHEN h.code IS NULL THEN q.error_field ELSE h.field END
  FROM held h
  WHERE NOT (h.same AND h.kind = 'done' AND h.untouched) AND q.pipeline = $2 AND q.entity_key = h.entity_key AND q.token = h.token
  RETURNING q.entity_key, h.same AND h.kind <> 'done' AS as_asked
)
SELECT e.key, d.entity_key IS NOT NULL OR COALESCE(b.as_asked, false) AS settled, b.entity_key IS NOT NULL AND NOT b.as_asked AS renewed
FROM entries e LEFT JOIN done d ON d.entity_key = e.key LEFT JOIN back b ON b.entity_key = e.key`;

export async function settle(sql: Sql, request: SettleRequest): Promise<SettleResult> {
  const rows = await sql.query<{ key: string; settled: boolean; renewed: boolean }>(statement, [
    request.connection,
    request.pipeline,
    JSON.stringify(request.documents.map(documentRow)),
    JSON.stringify(request.entries.map(entryRow)),
  ]);
  return {
    settled: rows.filter((row) => row.settled).map((row) => row.key),
    renewed: rows.filter((row) => row.renewed).map((row) => row.key),
    lost: rows.filter((row) => !row.settled && !row.renewed).map((row) => row.key),
  };
}

function documentRow(document: SettledDocument): Record<string, unknown> {
  return {
    document_key: document.documentKey,
    send_number: document.sendNumber,
    result: document.result,
    hash: document.hash,
    ref_digest: document.refDigest,
    document: document.document,
    target_id: document.targetId,
    address: document.address,
    taken_down: document.takenDown,
  };
}

function entryRow(entry: SettledEntry): Record<string, unknown> {
  const { disposition, error } = entry;
  return {
    key: entry.key,
    revision: entry.revision,
    token: entry.token,
    kind: disposition.kind,
    after_ms: 'afterMs' in disposition ? disposition.afterMs : 0,
    attempt: disposition.kind === 'retry' ? disposition.attempt : disposition.kind === 'dead',
    stale: disposition.kind === 'retry' ? (disposition.stale ?? false) : false,
    code: error?.code ?? null,
    // PostgreSQL's text holds no NUL; the answer of a hostile shop may.
    message: error?.message.replaceAll('\u0000', '\uFFFD').slice(0, 2_000) ?? null,
    field: error?.field ?? null,
    skipped: entry.skipped.map((one) => ({ document_key: one.documentKey, send_number: one.sendNumber })),
  };
}
