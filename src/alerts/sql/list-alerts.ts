import type { Sql } from '../../database/sql.js';
import type { FindingDetails } from '../finding.js';
import type { Severity } from '../severity.js';
import { isMuted } from './incident-content.js';

export interface AlertFilter {
  readonly state?: 'open' | 'closed' | undefined;
  readonly kind?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly pipeline?: string | undefined;
}

/** An incident, for people. */
export interface ListedAlert {
  readonly id: number;
  readonly kind: string;
  readonly severity: Severity;
  readonly state: 'open' | 'closed';
  readonly pipeline: string | null;
  readonly connection: string | null;
  readonly fingerprint: string;
  readonly message: string;
  readonly details: Partial<FindingDetails>;
  readonly openedAt: Date;
  /** When it was seen last. */
  readonly lastAt: Date;
  readonly closedAt: Date | null;
  /** How often people were told. */
  readonly notices: number;
  readonly escalatedAt: Date | null;
  readonly acknowledged: { readonly by: string; readonly at: string } | null;
  readonly muted: boolean;
  /** Rises with what matters for a decision. */
  readonly revision: number;
}

const columns = `i.id, i.kind, i.severity, i.state, i.pipeline, i.connection, i.fingerprint, i.message, i.details, i.opened_at AS "openedAt", i.last_at AS "lastAt",
  i.closed_at AS "closedAt", i.notices, i.escalated_at AS "escalatedAt", i.revision, ${isMuted('i')} AS muted,
  CASE WHEN i.acknowledged_at IS NOT NULL THEN jsonb_build_object('by', i.acknowledged_by, 'at', to_json(i.acknowledged_at)) END AS acknowledged`;

/** Newest first; those before number `before`. */
export async function listAlerts(
  sql: Sql,
  { state, kind, severity, pipeline }: AlertFilter,
  before: number | null = null,
  limit = 100,
): Promise<ListedAlert[]> {
  return sql.query<ListedAlert>(
    `SELECT ${columns} FROM incident i
     WHERE ($1::text IS NULL OR i.state = $1) AND ($2::text IS NULL OR i.kind = $2) AND ($3::text IS NULL OR i.severity = $3)
       AND ($4::text IS NULL OR i.pipeline = $4) AND ($5::bigint IS NULL OR i.id < $5)
     ORDER BY i.id DESC LIMIT $6`,
    [state ?? null, kind ?? null, severity ?? null, pipeline ?? null, before, limit],
  );
}

/** What became of a message. */
export interface ListedMessage {
  readonly id: number;
  readonly kind: string;
  readonly channel: string;
  readonly insteadOf: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly error: string | null;
}

export interface ShownAlert extends ListedAlert {
  readonly messages: readonly ListedMessage[];
}

export async function showAlert(sql: Sql, id: number): Promise<ShownAlert | null> {
  const [alert] = await sql.query<ListedAlert>(`SELECT ${columns} FROM incident i WHERE i.id = $1`, [id]);
  if (!alert) return null;
  const messages = await sql.query<ListedMessage>(
    `SELECT id, kind, channel, instead_of AS "insteadOf", state, attempts, created_at AS "createdAt", sent_at AS "sentAt", error
     FROM alert_message WHERE incident = $1 ORDER BY id LIMIT 500`,
    [id],
  );
  return { ...alert, messages };
}
