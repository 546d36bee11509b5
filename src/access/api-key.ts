import { hash, randomBytes } from 'node:crypto';

/** A key as it is told once, and what is kept of it. */
export interface NewKey {
  /** `p2s_1a2b3c4d_…`: the whole secret. */
  readonly text: string;
  /** What people know it by in lists: `p2s_1a2b3c4d`. */
  readonly prefix: string;
  readonly hash: string;
}

const shape = /^p2s_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

export function newKey(): NewKey {
  const prefix = `p2s_${randomBytes(4).toString('hex')}`;
  const text = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { text, prefix, hash: hashOfKey(text) };
}

/** 256 random bits cannot be guessed from their hash: a slow one would only make each request slow. */
export function hashOfKey(text: string): string {
  return hash('sha256', text);
}

export function looksLikeKey(text: string): boolean {
  return shape.test(text);
}
