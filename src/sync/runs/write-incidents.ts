import type { Sql } from '../../database/sql.js';
import { secrets } from '../../logging/secrets.js';
import { errorFingerprint } from '../../queue/error-fingerprint.js';
import { toJsonb } from '../../queue/sql/jsonb.js';
import type { Incident } from './incident.js';

/** The entries of a batch, as far as incidents of it are concerned. */
export interface IncidentEntry {
  readonly key: string;
  readonly run: number | null;
  readonly attempts: number;
}

/** Writes incidents of a batch in one statement, each for the run that queued it. The fingerprint groups what has one cause, and is that of the entry. */
export async function writeIncidents(
  sql: Sql,
  pipeline: string,
  entries: readonly IncidentEntry[],
  incidents: readonly Incident[],
): Promise<void> {
  if (incidents.length === 0) return;
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const rows = incidents.map((incident) => {
    const entry = byKey.get(incident.entityKey);
    return {
      run: entry?.run ?? null,
      entity_key: incident.entityKey,
      document_key: incident.documentKey,
      stage: incident.stage,
      severity: incident.severity,
      class: incident.class,
      code: incident.code,
      field: incident.field,
      message: printable(incident.message),
      fingerprint: errorFingerprint(pipeline, incident.entityKey, incident),
      attempt: entry === undefined ? null : entry.attempts + 1,
      context: incident.context,
    };
  });
  await sql.query(
    `INSERT INTO sync_error (run, pipeline, entity_key, document_key, stage, severity, class, code, field, message, fingerprint, attempt, context)
     SELECT r.run, $1, r.entity_key, r.document_key, r.stage, r.severity, r.class, r.code, r.field, r.message, r.fingerprint, r.attempt, r.context
     FROM jsonb_to_recordset($2::jsonb) AS r(run bigint, entity_key text, document_key text, stage text, severity text, class text, code text, field text, message text, fingerprint text, attempt int, context jsonb)`,
    [pipeline, toJsonb(rows)],
  );
}

/** What was quoted of an answer may hold secrets (S12). PostgreSQL text holds no NUL; a message of a hostile record may. */
function printable(message: string): string {
  return secrets.hide(message.replaceAll('\u0000', '\uFFFD')).slice(0, 2_000);
}
