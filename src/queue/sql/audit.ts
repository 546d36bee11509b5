import type { Sql } from '../../database/sql.js';
import { redacted } from '../../logging/redacted.js';
import { secrets } from '../../logging/secrets.js';
import { actorName, type Actor } from '../../model/actor.js';
import type { JsonObject } from '../../model/json.js';
import { toJsonb } from './jsonb.js';

/** What somebody does, as it stands in the audit log. A reason that quotes a secret is kept without it. */
export interface AuditedAction {
  readonly actor: Actor;
  readonly action:
    | 'retry'
    | 'discard'
    | 'release'
    | 'pause'
    | 'resume'
    | 'create key'
    | 'rotate key'
    | 'revoke key'
    | 'debug on'
    | 'debug off'
    | 'start'
    | 'cancel'
    | 'acknowledge'
    | 'mute'
    | 'unmute'
    | 'test alerts'
    | 'freeze'
    | 'unfreeze'
    | 'try';
  readonly target: string;
  readonly details: JsonObject;
}

/**
 * CTE `audited`, so that an action and its row are one statement (S13). Its parameters begin at `from`; `result` is a
 * jsonb expression, added to the details; `where` says whether anything was done.
 */
export function audited(from: number, result: string, where = 'true'): string {
  return `audited AS (
    INSERT INTO audit_log (actor, action, target, details)
    SELECT $${from}::text, $${from + 1}::text, $${from + 2}::text, $${from + 3}::jsonb || ${result} WHERE ${where}
  )`;
}

export function auditParameters({ actor, action, target, details }: AuditedAction): unknown[] {
  return [actorName(actor), action, target, toJsonb(redacted(details, (text) => secrets.hide(text)))];
}

/** Writes down what is done outside of the database, before it is done. */
export async function writeAudit(sql: Sql, action: AuditedAction): Promise<void> {
  await sql.query(`WITH ${audited(1, `'{}'::jsonb`)} SELECT 1`, auditParameters(action));
}

export interface AuditRow {
  readonly id: number;
  readonly time: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: JsonObject;
}

/** The newest actions, newest first; those before action `before`. */
export async function listAudit(sql: Sql, limit = 100, before: number | null = null): Promise<AuditRow[]> {
  return sql.query<AuditRow>(
    'SELECT id, time, actor, action, target, details FROM audit_log WHERE $2::bigint IS NULL OR id < $2 ORDER BY id DESC LIMIT $1',
    [limit, before],
  );
}
