import type { JsonValue } from '../model/json.js';
import type { SourceRecord } from '../model/record.js';
import type { Attribute } from '../model/structure.js';
import { admit } from './admit.js';
import type { Compilation } from './compilation.js';
import { didYouMean } from './did-you-mean.js';
import { parsePath, pathAdvice } from './path.js';
import { readAttribute, readUnknownAttribute } from './read-attribute.js';
import type { ResolvedScope, Run } from './run.js';

/** A path made ready: how its value is read, and whether it can differ between a scope and its base. */
export interface Reader {
  read(run: Run): JsonValue | undefined;
  varies(scope: ResolvedScope, base: ResolvedScope): boolean;
  readonly attribute: Attribute | null;
}

/**
 * Makes a path ready to be read. Null where it cannot be: a mistake was reported, unless the attribute is
 * merely missing in this PIM and the rule allows that (`optional`).
 */
export function compilePath(text: string, at: readonly PropertyKey[], optional: boolean, compilation: Compilation): Reader | null {
  const path = parsePath(text);
  if (path === null) {
    compilation.mistake(at, `${text} is no path`, pathAdvice);
    return null;
  }
  switch (path.kind) {
    case 'key':
      return { read: (run) => admit(run.record.key, run, 'key'), varies: () => false, attribute: null };
    case 'field':
      compilation.fields.add(path.segments[0] ?? text);
      return { read: unlessUnreadable(path.segments[0] ?? text, readField(path.segments, text)), varies: () => false, attribute: null };
    case 'document':
      return compileDocumentPath(path.field, at, compilation);
    case 'value':
      return compileValuePath(path.code, at, optional, compilation);
  }
}

function compileDocumentPath(field: string, at: readonly PropertyKey[], compilation: Compilation): Reader | null {
  const position = compilation.positions.get(field);
  if (compilation.leftOut.has(field)) return null;
  if (position === undefined) {
    const known = [...compilation.positions.keys()];
    compilation.mistake(at, `no field ${field} stands above this one`, didYouMean(field, known));
    return null;
  }
  return { read: (run) => run.state.values[position], varies: () => true, attribute: null };
}

function compileValuePath(code: string, at: readonly PropertyKey[], optional: boolean, compilation: Compilation): Reader | null {
  if (!compilation.knowsAttributes) {
    compilation.attributes.add(code);
    return { read: unlessUnreadable(`values.${code}`, readUnknownAttribute(code)), varies: () => true, attribute: null };
  }
  const attribute = compilation.attribute(code);
  if (attribute) {
    compilation.attributes.add(attribute.code);
    const read = unlessUnreadable(`values.${attribute.code}`, readAttribute(attribute));
    return { read, varies: variesBetween(attribute), attribute };
  }
  if (!optional) {
    const advice = `${didYouMean(code, compilation.attributeCodes)} (or \`optional: true\` where not every PIM has it)`;
    compilation.mistake(at, `the source has no attribute ${code}`, advice);
  }
  return null;
}

/** What is not localizable is the same in every locale: an inheriting scope need not look. */
function variesBetween(attribute: Attribute): Reader['varies'] {
  return (scope, base) =>
    (attribute.localizable && scope.locale !== base.locale) ||
    (attribute.scopable && scope.channel !== base.channel) ||
    (attribute.type === 'price' && scope.currency !== base.currency);
}

/** What the source could not tell must not pass for empty: the shop would lose what it has. */
function unlessUnreadable(path: string, read: Reader['read']): Reader['read'] {
  return (run) => {
    const { unreadable } = run.record;
    if (unreadable === undefined || !Object.hasOwn(unreadable, path)) return read(run);
    return run.fail('unreadable', `${path} ${unreadable[path]}`);
  };
}

/** Walks plain fields by own keys only, so that no prototype is ever reached. */
function readField(segments: readonly string[], text: string): Reader['read'] {
  return (run) => {
    let value: unknown = run.record.fields;
    for (const segment of segments) {
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, segment)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[segment];
    }
    return admit(value, run, text);
  };
}

/**
 * Whether a record says anything at this path, be it that there is nothing: a field that is not there was left out of
 * the answer. Attributes without a value are left out by every PIM.
 */
export function isTold(text: string, record: SourceRecord): boolean {
  const path = parsePath(text);
  const { fields, values }: { readonly fields: unknown; readonly values: unknown } = record;
  if (path?.kind === 'value') return values !== null && typeof values === 'object';
  if (path?.kind !== 'field') return true;
  let value: unknown = fields;
  for (const segment of path.segments) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, segment)) return false;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value !== undefined;
}
