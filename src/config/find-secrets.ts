import { z } from 'zod';
import { isSecretKey } from '../logging/secret-keys.js';

type Schema = Exclude<z.core.JSONSchema.JSONSchema, boolean>;

/** The texts of a connection that are secrets: where its connector says so (`.meta({ secret: true })`), and under names that do. */
export function findSecrets(config: unknown, schema: z.ZodType): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return [...new Set(walk(config, [whole], whole.$defs ?? {}, false))];
}

function walk(value: unknown, schemas: readonly unknown[], defs: Readonly<Record<string, unknown>>, within: boolean): string[] {
  const known = schemas.flatMap((schema) => alternatives(schema, defs));
  const isSecret = within || known.some((schema) => (schema as { readonly secret?: unknown }).secret === true);
  if (typeof value === 'string') return isSecret ? [value] : [];
  if (typeof value === 'number') return isSecret ? [String(value)] : [];
  if (Array.isArray(value)) {
    const items = known.flatMap(({ items: one, prefixItems = [] }) => [one, ...prefixItems].flat());
    return value.flatMap((item) => walk(item, items, defs, isSecret));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = known.flatMap(({ properties, additionalProperties }) => [properties?.[key] ?? additionalProperties]);
    return walk(item, below, defs, isSecret || isSecretKey(key));
  });
}

/** A schema, and everything that may stand in its place: what is a secret in one of several kinds is taken for one in all. */
function alternatives(schema: unknown, defs: Readonly<Record<string, unknown>>, depth = 0): Schema[] {
  if (typeof schema !== 'object' || schema === null || depth > 10) return [];
  const one = schema as Schema;
  const referred = one.$ref === undefined ? [] : [defs[one.$ref.replace('#/$defs/', '')]];
  const others = [...referred, ...(one.anyOf ?? []), ...(one.oneOf ?? []), ...(one.allOf ?? [])];
  return [one, ...others.flatMap((other) => alternatives(other, defs, depth + 1))];
}
