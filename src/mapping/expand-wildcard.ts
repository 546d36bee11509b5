import { createHash } from 'node:crypto';
import type { Attribute } from '../model/structure.js';
import type { Compilation } from './compilation.js';
import { parsePath } from './path.js';
import type { FieldRule } from './rule-schema.js';

/** A field rule with the place it was written at. */
export interface PlacedRule {
  readonly path: string;
  readonly rule: FieldRule;
  readonly at: readonly PropertyKey[];
}

/**
 * Replaces `<prefix>.*: { from: values.* }` by one rule for every attribute that no other field reads, that
 * is not excepted, and that is no picture, file, identifier or unknown type. In the order of their codes,
 * so that the answer does not depend on how the source lists them.
 */
export function expandWildcards(rules: readonly PlacedRule[], compilation: Compilation): PlacedRule[] {
  const read = new Set(rules.flatMap(({ rule }) => attributesRead(rule)));
  const taken = new Map<string, string>(rules.map(({ path }) => [path, path]));
  return rules.flatMap((placed) => (placed.rule.from === 'values.*' ? expand(placed, read, taken, compilation) : [placed]));
}

function expand(
  { path, rule, at }: PlacedRule,
  read: ReadonlySet<string>,
  taken: Map<string, string>,
  compilation: Compilation,
): PlacedRule[] {
  const structure = compilation.context.structure;
  if (structure === null) {
    compilation.mistake(
      [...at, 'from'],
      'the source does not tell its attributes for this entity, so that values.* is not known',
      'name every field',
    );
    return [];
  }
  checkExceptions(rule, at, compilation);
  const except = new Set((rule.except ?? []).map((code) => code.toLowerCase()));
  const wanted = structure.attributes.filter(({ code }) => !read.has(code.toLowerCase()) && !except.has(code.toLowerCase()));
  const sorted = [...wanted].sort((a, b) => (a.code < b.code ? -1 : 1));
  return sorted.flatMap((attribute): PlacedRule[] => {
    const code = targetCode(attribute.code);
    const field = `${path.slice(0, -1)}${code}`;
    const made = ruleFor(attribute, code, rule, compilation.isAxis(attribute.code));
    if (made === null) return [];
    const other = taken.get(field);
    if (other !== undefined) {
      // A field that is written out stands for itself; two attributes under one name are nobody's wish.
      if (other !== field)
        compilation.mistake(at, `the attributes ${other} and ${attribute.code} both become ${field}`, `name one of them in \`except\``);
      return [];
    }
    taken.set(field, attribute.code);
    return [{ path: field, rule: made, at }];
  });
}

/** The rule an attribute's type asks for. */
function ruleFor(attribute: Attribute, code: string, wildcard: FieldRule, axis: boolean): FieldRule | null {
  const from = `values.${attribute.code}`;
  if (axis && (attribute.type === 'metric' || attribute.type === 'boolean' || isPlain(attribute)))
    return { from, readable: true, option: code };
  switch (attribute.type) {
    case 'text':
    case 'textarea':
      return { from };
    case 'number':
    case 'price':
      return { from, number: true };
    case 'boolean':
      return { from, boolean: wildcard.boolean ?? true };
    case 'date':
      return { from, date: true };
    case 'select':
      return { from, option: code };
    case 'multiselect':
      return { from, options: code };
    case 'metric':
      return attribute.unit === null ? { from, readable: true } : { from, unit: attribute.unit };
    case 'identifier':
    case 'image':
    case 'file':
    case 'other':
      return null;
  }
}

function isPlain({ type }: Attribute): boolean {
  return type === 'text' || type === 'textarea' || type === 'number' || type === 'date';
}

/** Attribute code for the shop: lower case, a–z, 0–9 and _, beginning with a letter, at most 60 characters (Magento's own limits). */
export function targetCode(code: string): string {
  const lower = code.toLowerCase().replace(/[^a-z0-9_]/g, '_');
  const named = /^[a-z]/.test(lower) ? lower : `a_${lower}`;
  if (named.length <= 60) return named;
  return `${named.slice(0, 51)}_${createHash('sha256').update(code.toLowerCase()).digest('hex').slice(0, 8)}`;
}

function attributesRead(rule: FieldRule): string[] {
  const paths = [rule.from ?? [], rule.all ?? [], rule.reads ?? []].flat();
  return paths.flatMap((text) => {
    const path = parsePath(text);
    return path?.kind === 'value' ? [path.code.toLowerCase()] : [];
  });
}

function checkExceptions(rule: FieldRule, at: readonly PropertyKey[], compilation: Compilation): void {
  if (rule.optional) return;
  rule.except?.forEach((code, index) => {
    if (!compilation.attribute(code))
      compilation.mistake([...at, 'except', index], `the source has no attribute ${code}`, 'leave it out (or `optional: true`)');
  });
}
