import type { Sql } from '../../database/sql.js';
import { toJsonb } from '../../queue/sql/jsonb.js';
import type { Finding } from '../finding.js';
import type { Severity } from '../severity.js';

export interface RecordedFindings {
  readonly kind: string;
  readonly severity: Severity;
  /** Everything that is so now; what does not `open` only keeps open what is open already. */
  readonly findings: readonly (Finding & { readonly opens: boolean })[];
  /** What was not found for so long is over, milliseconds. */
  readonly calmMs: number;
  /** Only what begins so is over by not being found: of what each machine looks at for itself. */
  readonly scope: string;
  /** Somebody else closes what was not found. */
  readonly keepsOpen: boolean;
}

export interface RecordedChange {
  readonly change: 'opened' | 'closed';
  readonly id: number;
  readonly fingerprint: string;
  readonly message: string;
}

/**
 * Writes down in one statement what a look found: what is open is counted once more, what is new is opened, once whoever else looks,
 * and what has been gone for a while is closed, as of when it was seen last. It sends nothing: an incident that is open and was not
 * told of is told by whoever comes (`tell-incidents.ts`).
 */
export async function recordFindings(
  sql: Sql,
  { kind, severity, findings, calmMs, scope, keepsOpen }: RecordedFindings,
): Promise<RecordedChange[]> {
  return sql.query<RecordedChange>(
    `WITH found AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($2::jsonb) AS f (fingerprint text, pipeline text, connection text, message text, details jsonb, opens boolean)
     ),
     seen AS (
       UPDATE incident i SET count = i.count + 1, last_at = now(), message = f.message, details = f.details,
         severity = CASE WHEN i.escalated_at IS NULL THEN $3 ELSE i.severity END
       FROM found f WHERE i.state = 'open' AND i.kind = $1 AND i.fingerprint = f.fingerprint
       RETURNING i.fingerprint
     ),
     opened AS (
       INSERT INTO incident (kind, pipeline, connection, fingerprint, message, details, severity)
       SELECT $1, f.pipeline, f.connection, f.fingerprint, f.message, f.details, $3
       FROM found f WHERE f.opens AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.fingerprint = f.fingerprint)
       ON CONFLICT (fingerprint) WHERE state = 'open' DO NOTHING
       RETURNING id, fingerprint, message
     ),
     closed AS (
       UPDATE incident i SET state = 'closed', closed_at = i.last_at, revision = i.revision + 1
       WHERE i.state = 'open' AND i.kind = $1 AND NOT $6 AND starts_with(i.fingerprint, $5)
         AND i.last_at < now() - $4 * interval '1 ms' AND NOT EXISTS (SELECT 1 FROM found f WHERE f.fingerprint = i.fingerprint)
       RETURNING i.id, i.fingerprint, i.message
     )
     SELECT 'opened' AS change, id, fingerprint, message FROM opened UNION ALL SELECT 'closed', id, fingerprint, message FROM closed`,
    [kind, toJsonb(findings), severity, calmMs, scope, keepsOpen],
  );
}

/** What rules found that were switched off since is over, without a word. */
export async function closeSwitchedOff(sql: Sql, kinds: readonly string[]): Promise<void> {
  if (kinds.length === 0) return;
  await sql.query(
    `UPDATE incident SET state = 'closed', closed_at = now(), recovery_told = true, revision = revision + 1 WHERE state = 'open' AND kind = ANY($1)`,
    [kinds],
  );
}
