import { createHash } from 'node:crypto';
import type { Sql } from '../../database/sql.js';
import type { RunCounts } from './run-counts.js';

export type RunKind = 'delta' | 'full' | 'sweep';
export type RunTrigger = 'command' | 'schedule';

export async function startRun(sql: Sql, pipeline: string, kind: RunKind, trigger: RunTrigger, owner: string): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    'INSERT INTO sync_run (pipeline, kind, trigger, owner) VALUES ($1, $2, $3, $4) RETURNING id',
    [pipeline, kind, trigger, owner],
  );
  if (!row) throw new Error('the database answered no run id');
  return row.id;
}

export async function finishRun(
  sql: Sql,
  run: number,
  state: 'completed' | 'failed' | 'cancelled',
  counts: RunCounts,
  error: string | null,
): Promise<void> {
  await sql.query('UPDATE sync_run SET state = $2, finished_at = now(), counts = $3, error = $4 WHERE id = $1', [
    run,
    state,
    JSON.stringify(counts),
    error,
  ]);
}

/** One thing that went wrong, or that a person should know. */
export interface Incident {
  readonly entityKey: string;
  readonly documentKey: string | null;
  readonly stage: 'fetch' | 'map' | 'transfer' | 'settle';
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

/** Writes incidents of a batch in one statement. The fingerprint groups what has one cause: numbers and keys do not count. */
export async function writeIncidents(sql: Sql, pipeline: string, run: number | null, incidents: readonly Incident[]): Promise<void> {
  if (incidents.length === 0) return;
  const rows = incidents.map((incident) => ({
    entity_key: incident.entityKey,
    document_key: incident.documentKey,
    stage: incident.stage,
    severity: incident.severity,
    code: incident.code,
    field: incident.field,
    message: printable(incident.message),
    fingerprint: fingerprint(pipeline, incident),
  }));
  await sql.query(
    `INSERT INTO sync_error (run, pipeline, entity_key, document_key, stage, severity, code, field, message, fingerprint)
     SELECT $1, $2, r.entity_key, r.document_key, r.stage, r.severity, r.code, r.field, r.message, r.fingerprint
     FROM jsonb_to_recordset($3::jsonb) AS r(entity_key text, document_key text, stage text, severity text, code text, field text, message text, fingerprint text)`,
    [run, pipeline, JSON.stringify(rows)],
  );
}

function fingerprint(pipeline: string, incident: Incident): string {
  const cause = incident.message.replaceAll(incident.entityKey, '?').replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+|"[^"]*"/gi, '?');
  return createHash('sha256')
    .update(JSON.stringify([pipeline, incident.stage, incident.code, incident.field, cause]))
    .digest('hex')
    .slice(0, 16);
}

/** PostgreSQL text holds no NUL; a message of a hostile record may. */
function printable(message: string): string {
  return message.replaceAll('\u0000', '\uFFFD').slice(0, 2_000);
}
