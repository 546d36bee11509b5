import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../model/json.js';
import type { Attribute } from '../model/structure.js';
import { hasValue } from './admit.js';
import type { Compilation } from './compilation.js';
import { compileCall } from './compile-call.js';
import { compilePath, type Reader } from './read-path.js';
import type { FieldRule, StepsRule } from './rule-schema.js';
import type { ResolvedScope, Run } from './run.js';
import type { Step } from './transform.js';
import { transforms } from './transforms/index.js';

/** Where a field's value comes from. */
export interface ValueSource {
  read(run: Run): JsonValue | undefined;
  varies(scope: ResolvedScope, base: ResolvedScope): boolean;
  /** The attributes it reads, in order. */
  readonly attributes: readonly Attribute[];
}

/** One field of the document, compiled. */
export interface CompiledField {
  readonly path: string;
  readonly rule: FieldRule;
  readonly attributes: readonly Attribute[];
  /** May hold references to other entities. */
  readonly refers: boolean;
  /** By scope: whether an inheriting scope can have a value of its own. */
  readonly varies: readonly boolean[];
  evaluate(run: Run): JsonValue | undefined;
}

/** Compiles one field rule; null where it cannot work (reported) or where all it reads is optional and missing. */
export function compileRule(path: string, rule: FieldRule, at: readonly PropertyKey[], compilation: Compilation): CompiledField | null {
  const position = compilation.positions.size;
  const source = compileSource(rule, at, position, compilation);
  const steps = compileSteps(rule, at, compilation);
  if (source === null) return null;
  const { scopes } = compilation;
  const varies = scopes.map((scope) => {
    const base = scope.base === null ? undefined : scopes[scope.base];
    return base !== undefined && source.varies(scope, base);
  });
  const refers = rule.refs !== undefined || refersTo(rule);
  return { path, rule, attributes: source.attributes, refers, varies, evaluate: evaluator(source, steps, rule) };
}

function evaluator(source: ValueSource, steps: readonly Step[], rule: FieldRule): (run: Run) => JsonValue | undefined {
  const absent = whenAbsent(rule);
  return (run) => {
    const errors = run.errors.length;
    let value = source.read(run);
    for (const step of steps) {
      if (!hasValue(value)) break;
      value = step(value, run);
    }
    if (hasValue(value)) return value;
    return run.errors.length === errors ? absent(run) : undefined;
  };
}

/** What a base scope does without a value; an inheriting one inherits. */
function whenAbsent(rule: FieldRule): (run: Run) => JsonValue | undefined {
  const { default: fallback, note, required } = rule;
  const from = [rule.from ?? rule.all ?? rule.reads ?? rule.call ?? []].flat().join(', ');
  return (run) => {
    if (run.base !== null) return undefined;
    if (fallback !== undefined) {
      if (note) run.note(note.code, fillIn(note.message, run.scope));
      return fallback;
    }
    return required ? run.fail('required', `it is required, and ${from} has no value`) : undefined;
  };
}

function fillIn(message: string, scope: ResolvedScope): string {
  return message.replace(
    /\{(store|locale|channel|currency)\}/g,
    (_, name: 'store' | 'locale' | 'channel' | 'currency') => scope[name] ?? 'none',
  );
}

function compileSource(rule: FieldRule, at: readonly PropertyKey[], position: number, compilation: Compilation): ValueSource | null {
  if (rule.value !== undefined) {
    const { value } = rule;
    return { read: () => value, varies: () => false, attributes: [] };
  }
  if (rule.call !== undefined) return compileCall(rule, at, compilation);
  const optional = rule.optional === true;
  const keyword = rule.all ? 'all' : 'from';
  const written = rule.all ?? rule.from ?? [];
  const paths = typeof written === 'string' ? [written] : written;
  const readers = paths
    .map((path, index) =>
      compilePath(path, typeof written === 'string' ? [...at, keyword] : [...at, keyword, index], optional, compilation),
    )
    .filter((reader) => reader !== null);
  const [first] = readers;
  if (first === undefined) return null;
  const attributes = readers.flatMap((reader) => reader.attribute ?? []);
  const varies: Reader['varies'] = (scope, base) => readers.some((reader) => reader.varies(scope, base));
  if (rule.all) return { read: readAll(readers), varies, attributes };
  return readers.length === 1 ? { ...first, attributes } : { read: readFirst(readers, position), varies, attributes };
}

function readAll(readers: readonly Reader[]): (run: Run) => JsonValue | undefined {
  return (run) => readers.map((reader) => reader.read(run)).filter(hasValue);
}

/**
 * The first that has a value. An inheriting scope looks no further than its base did: what the base shows
 * stands nearer than a later alternative (a German store without a German name shows the English one, not the SKU).
 */
function readFirst(readers: readonly Reader[], position: number): (run: Run) => JsonValue | undefined {
  return (run) => {
    const last = run.base?.chosen[position] ?? readers.length - 1;
    for (let index = 0; index <= last; index += 1) {
      const value = readers[index]?.read(run);
      if (hasValue(value)) {
        run.state.chosen[position] = index;
        return value;
      }
    }
    run.state.chosen[position] = last;
    return undefined;
  };
}

function compileSteps(rule: StepsRule, at: readonly PropertyKey[], compilation: Compilation): Step[] {
  const steps: Step[] = [];
  if (rule.each) steps.push(eachItem(compileSteps(rule.each, [...at, 'each'], compilation)));
  for (const transform of transforms) {
    const option = (rule as Readonly<Record<string, unknown>>)[transform.keyword];
    if (option === undefined) continue;
    steps.push(
      transform.compile(option, {
        tables: compilation.context.tables,
        strong: rule.strong === true,
        mistake: (problem, advice) => compilation.mistake([...at, transform.keyword], problem, advice),
      }),
    );
  }
  return steps;
}

/** Takes every item of a list through the steps; what has no value then, and what is there already, is left out. */
function eachItem(steps: readonly Step[]): Step {
  return (list, run) => {
    if (!Array.isArray(list)) return run.fail('wrong_type', 'it is no list');
    const made: JsonValue[] = [];
    for (const item of list) {
      let value: JsonValue | undefined = item;
      for (const step of steps) {
        if (!hasValue(value)) break;
        value = step(value, run);
      }
      if (hasValue(value) && !made.some((one) => isDeepStrictEqual(one, value))) made.push(value);
    }
    return made.length > 0 ? made : undefined;
  };
}

function refersTo(rule: StepsRule): boolean {
  return rule.ref !== undefined || (rule.each !== undefined && refersTo(rule.each));
}
