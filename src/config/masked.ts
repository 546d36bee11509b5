import type { JsonValue } from '../model/json.js';
import { isSecretKey } from '../logging/secret-keys.js';
import { hidden, secrets } from '../logging/secrets.js';

/**
 * A configuration that may be shown: without what stands under a name that says it is secret, without these texts (those its
 * schema calls secret), and without what else the process knows to be one, wherever it stands in a text.
 */
export function masked(value: unknown, secret: readonly string[]): JsonValue {
  return mask(value, new Set(secret), false);
}

function mask(value: unknown, secret: ReadonlySet<string>, within: boolean): JsonValue {
  switch (typeof value) {
    case 'string':
      return within || secret.has(value) ? hidden : secrets.hide(value);
    case 'number':
      if (within || secret.has(String(value))) return hidden;
      return Number.isFinite(value) ? value : null;
    case 'boolean':
      return value;
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => mask(item, secret, within));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, mask(item, secret, within || isSecretKey(key))]));
}
