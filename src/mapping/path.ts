/** Where a rule reads: a plain field, an attribute value, the record's key, or a field of the document made so far. */
export type Path =
  | { readonly kind: 'key' }
  | { readonly kind: 'field'; readonly segments: readonly string[] }
  | { readonly kind: 'value'; readonly code: string }
  | { readonly kind: 'document'; readonly field: string };

const segment = /^[\p{L}\p{N}_-]+$/u;
const forbidden = new Set(['__proto__', 'prototype', 'constructor']);

/** Understands `identifier`, `associations.UPSELL.products`, `values.name`, `document.name` and `key`; null where it is no path. */
export function parsePath(text: string): Path | null {
  const segments = text.split('.');
  if (segments.some((part) => !segment.test(part) || forbidden.has(part))) return null;
  const [first = '', ...rest] = segments;
  if (first === 'values') return rest.length === 1 && rest[0] !== undefined ? { kind: 'value', code: rest[0] } : null;
  if (first === 'document') return rest.length > 0 ? { kind: 'document', field: rest.join('.') } : null;
  if (text === 'key') return { kind: 'key' };
  return { kind: 'field', segments };
}

export const pathAdvice =
  'write a plain field (identifier, associations.UPSELL.products), values.<attribute code>, document.<field> or key';
