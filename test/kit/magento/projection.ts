import { refused } from './magento-error.js';

type Mask = Map<string, Mask | null>;

/** `fields=items[sku,custom_attributes[value]],total_count`: only that of an answer (FieldsFilter). */
export function projected(answer: unknown, fields: string | null): unknown {
  return fields === null ? answer : apply(answer, parse(fields));
}

function apply(value: unknown, mask: Mask | null): unknown {
  if (mask === null || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => apply(one, mask));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (mask.has(name) ? [[name, apply(inner, mask.get(name) ?? null)]] : [])),
  );
}

function parse(fields: string): Mask {
  const root: Mask = new Map();
  const open: Mask[] = [root];
  let last = '';
  for (const token of fields.match(/[^[\],\s]+|[[\]]/g) ?? []) {
    const mask = open.at(-1) ?? root;
    if (token === '[') {
      const inner: Mask = new Map();
      mask.set(last, inner);
      open.push(inner);
    } else if (token === ']') open.pop();
    else mask.set((last = token), null);
  }
  if (open.length !== 1) throw refused('Field filter "%1" is not well-formed', fields);
  return root;
}
