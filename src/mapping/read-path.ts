import type { JsonValue } from '../model/json.js';
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
      return { read: readField(path.segments, text), varies: () => false, attribute: null };
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
    return { read: readUnknownAttribute(code), varies: () => true, attribute: null };
  }
  const attribute = compilation.attribute(code);
  if (attribute) {
    compilation.attributes.add(attribute.code);
    return { read: readAttribute(attribute), varies: variesBetween(attribute), attribute };
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
