import { timingSafeEqual } from 'node:crypto';
import type { Sql } from '../database/sql.js';
import type { Actor } from '../model/actor.js';
import { Refusal } from '../model/refusal.js';
import type { AuditedAction } from '../queue/sql/audit.js';
import { hashOfKey, looksLikeKey, newKey } from './api-key.js';
import type { Role } from './roles.js';
import { holderOf, insertKey, listKeys, replaceKey, revokeKey, type ListedKey } from './sql/keys.js';

/** Who asks, by the key that was shown. */
export interface Holder {
  readonly name: string;
  readonly role: Role;
}

/** A key that was just made: `text` is told this once and is nowhere afterwards. */
export interface MadeKey extends ListedKey {
  readonly text: string;
}

/** Keys of the API. They are random, kept as hashes, and every change of them is written down with who made it (S13). */
export class KeyService {
  private readonly fromEnvironment: Buffer | null;

  /** `environmentKey`: an admin key that the operator chose; it is not in the table and cannot be rotated or revoked here. */
  constructor(
    private readonly sql: Sql,
    environmentKey?: string,
  ) {
    this.fromEnvironment = environmentKey === undefined ? null : Buffer.from(hashOfKey(environmentKey));
  }

  /** Null for whatever opens nothing: unknown, expired, revoked, or no key at all. */
  async holder(text: string): Promise<Holder | null> {
    const hash = hashOfKey(text);
    if (this.fromEnvironment !== null && timingSafeEqual(Buffer.from(hash), this.fromEnvironment)) return environmentHolder;
    return looksLikeKey(text) ? holderOf(this.sql, hash) : null;
  }

  async list(): Promise<ListedKey[]> {
    return listKeys(this.sql);
  }

  /** `expiresInMs` null: it is valid until somebody revokes it. Rejects where the name is taken. */
  async create({ name, role, expiresInMs }: { name: string; role: Role; expiresInMs: number | null }, actor: Actor): Promise<MadeKey> {
    const key = newKey();
    const made = await insertKey(this.sql, { name, role, key, expiresInMs, action: keyAction(actor, 'create key', name, { role }) });
    if (made === null) throw new Refusal('conflict', `There is a key "${name}" already: rotate or revoke it, or take another name.`);
    return { ...made, text: key.text };
  }

  /** Another secret under the same name; the former one is accepted for `graceMs` more, so that who uses it can be given the new one first. */
  async rotate(id: number, graceMs: number, actor: Actor): Promise<MadeKey> {
    const key = newKey();
    const changed = await replaceKey(this.sql, { id, key, graceMs, action: keyAction(actor, 'rotate key', String(id), { graceMs }) });
    if (changed === null) throw unknownKey(id);
    return { ...changed, text: key.text };
  }

  async revoke(id: number, actor: Actor): Promise<void> {
    if (!(await revokeKey(this.sql, id, keyAction(actor, 'revoke key', String(id), {})))) throw unknownKey(id);
  }
}

const environmentHolder: Holder = { name: 'of the environment', role: 'admin' };

function unknownKey(id: number): Refusal {
  return new Refusal('unknown', `There is no key ${id}; the list of keys names each by its number.`);
}

function keyAction(actor: Actor, action: AuditedAction['action'], key: string, details: AuditedAction['details']): AuditedAction {
  return { actor, action, target: `key ${key}`, details };
}
