import type { Column } from './server.js';

const smallest = -(2n ** 63n);
const largest = 2n ** 64n - 1n;

/**
 * Whether a column can hold this key at all, spelled just so. A whole number is found as 42 and not as 042; text must be
 * whole characters, and PostgreSQL's has no NUL.
 */
export function isKey({ kind, cast }: Column, key: string): boolean {
  switch (kind) {
    case 'integer': {
      if (!/^(0|-?[1-9]\d{0,19})$/.test(key)) return false;
      const number = BigInt(key);
      return number >= (cast === 'UNSIGNED' ? 0n : smallest) && number <= (cast === 'UNSIGNED' ? largest : 2n ** 63n - 1n);
    }
    case 'decimal':
      return /^-?\d{1,35}(\.\d{1,30})?$/.test(key);
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key);
    default:
      return !/\0|[\ud800-\udfff]/u.test(key);
  }
}

/** Whether a key that a column cannot hold is therefore one that does not exist: text that cannot be asked for proves nothing. */
export function isProof({ kind }: Column): boolean {
  return kind !== 'text';
}
