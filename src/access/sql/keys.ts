import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../queue/sql/audit.js';
import type { NewKey } from '../api-key.js';
import type { Role } from '../roles.js';

/** A key in a list: everything but the key. */
export interface ListedKey {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Until then the key it replaced is accepted too. */
  readonly formerUntil: Date | null;
}

const columns = `id, name, prefix, role, created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
  CASE WHEN former_until > now() THEN former_until END AS "formerUntil"`;

/** Keys that were not revoked, expired ones among them. */
export async function listKeys(sql: Sql): Promise<ListedKey[]> {
  return sql.query<ListedKey>(`SELECT ${columns} FROM api_key WHERE revoked_at IS NULL ORDER BY id`);
}

/** Null where a key of that name is there already. */
export async function insertKey(
  sql: Sql,
  { name, role, key, expiresInMs, action }: { name: string; role: Role; key: NewKey; expiresInMs: number | null; action: AuditedAction },
): Promise<ListedKey | null> {
  const [row] = await sql.query<ListedKey>(
    `WITH made AS (
       INSERT INTO api_key (name, prefix, hash, role, expires_at, created_by)
       VALUES ($1, $2, $3, $4, now() + $5::float8 * interval '1 ms', $6)
       ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
       RETURNING ${columns}
     ),
     ${audited(6, `jsonb_build_object('made', EXISTS (SELECT 1 FROM made))`)}
     SELECT * FROM made`,
    [name, key.prefix, key.hash, role, expiresInMs, ...auditParameters(action)],
  );
  return row ?? null;
}

/** The key goes on under its name with another secret; the former one is accepted for `graceMs` more. Null where there is no such key. */
export async function replaceKey(
  sql: Sql,
  { id, key, graceMs, action }: { id: number; key: NewKey; graceMs: number; action: AuditedAction },
): Promise<ListedKey | null> {
  const [row] = await sql.query<ListedKey>(
    `WITH changed AS (
       UPDATE api_key SET former_hash = hash, former_until = now() + $4::float8 * interval '1 ms', prefix = $2, hash = $3
       WHERE id = $1 AND revoked_at IS NULL
       RETURNING ${columns}
     ),
     ${audited(5, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT * FROM changed`,
    [id, key.prefix, key.hash, graceMs, ...auditParameters(action)],
  );
  return row ?? null;
}

/** From here on neither it nor its former secret opens anything. Answers false where there is no such key. */
export async function revokeKey(sql: Sql, id: number, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE api_key SET revoked_at = now(), former_hash = NULL, former_until = NULL WHERE id = $1 AND revoked_at IS NULL RETURNING 1
     ),
     ${audited(2, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [id, ...auditParameters(action)],
  );
  return rows.length > 0;
}

/** Who holds the key of this hash; null where it opens nothing (any more). When it was used is noted once a minute. */
export async function holderOf(sql: Sql, hash: string): Promise<{ readonly name: string; readonly role: Role } | null> {
  const [row] = await sql.query<{ name: string; role: Role }>(
    `WITH found AS (
       SELECT id, name, role, last_used_at FROM api_key
       WHERE (hash = $1 OR former_hash = $1 AND former_until > now()) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
     ),
     used AS (
       UPDATE api_key k SET last_used_at = now() FROM found f
       WHERE k.id = f.id AND (f.last_used_at IS NULL OR f.last_used_at < now() - interval '1 min')
     )
     SELECT name, role FROM found`,
    [hash],
  );
  return row ?? null;
}

/** Whether anybody could make other keys. */
export async function hasAdminKey(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ has: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM api_key WHERE role = 'admin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())) AS has`,
  );
  return row?.has ?? false;
}
