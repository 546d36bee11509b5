import { z } from 'zod';
import { didYouMean } from '../mapping/did-you-mean.js';
import type { Mistake } from '../model/mistake.js';
import type { YamlFile } from './yaml-file.js';

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** Holds a part of a file to its schema: what it is, or every mistake with its place and the schema's own words as advice. */
export function checkShape<Shape>(
  schema: z.ZodType<Shape>,
  data: unknown,
  yaml: YamlFile,
  base: readonly PropertyKey[] = [],
): { readonly data: Shape } | { readonly mistakes: readonly Mistake[] } {
  const result = schema.safeParse(data);
  if (result.success) return { data: result.data };
  const mistakes = result.error.issues
    .flatMap((issue) => mistakesOf(issue, schema, [], data))
    .map(({ path, ...words }): Mistake => {
      return { file: yaml.file, ...yaml.at([...base, ...path]), ...words };
    });
  return { mistakes };
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
  readonly advice: string;
}

function mistakesOf(issue: Issue, root: Schema, prefix: readonly PropertyKey[], data: unknown): Found[] {
  const path = [...prefix, ...issue.path];
  const schema = schemaAt(root, path);
  const name = path.length === 0 ? 'the file' : String(path[path.length - 1]);
  const advice = describe(schema, root, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = shapeOf(schema);
      return issue.keys.map((key) => ({ path: [...path, key], problem: `unknown key ${key}`, advice: didYouMean(key, known) }));
    }
    case 'invalid_union':
      return unionMistakes(issue, root, path, data, advice);
    case 'invalid_type':
      if (valueAt(data, path) === undefined) return [{ path, problem: `${name} is missing`, advice: `write ${advice}` }];
      return [{ path, problem: `${name} is ${kindOf(valueAt(data, path))}, expected ${issue.expected}`, advice: `write ${advice}` }];
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (valueAt(data, path) === undefined) return [{ path, problem: `${name} is missing`, advice: `write one of ${values.join(', ')}` }];
      const value = valueAt(data, path);
      return [
        {
          path,
          problem: `${name} cannot be this`,
          advice: typeof value === 'string' ? didYouMean(value, values) : `write one of ${values.join(', ')}`,
        },
      ];
    }
    default:
      return [{ path, problem: `${name}: ${issue.message}`, advice: `write ${advice}` }];
  }
}

/** Of several allowed shapes the one that fits furthest is meant; where none fits at all, the description says it best. */
function unionMistakes(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  root: Schema,
  path: readonly PropertyKey[],
  data: unknown,
  advice: string,
): Found[] {
  const deeper = issue.errors.find((branch) => branch.length > 0 && branch.every((one) => one.path.length > 0));
  if (deeper) return deeper.flatMap((one) => mistakesOf(one, root, path, data));
  const name = String(path[path.length - 1] ?? 'the file');
  return [{ path, problem: `${name} is ${kindOf(valueAt(data, path))}, which it cannot be`, advice: `write ${advice}` }];
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined),
    data,
  );
}

/** The description nearest to the place: its own, or that of what it is part of. */
function describe(schema: Schema | null, root: Schema, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const here = length === path.length ? schema : schemaAt(root, path.slice(0, length));
    const words = here ? descriptionOf(here) : undefined;
    if (words) return words;
  }
  return 'a value as schemas/ describes it';
}

function descriptionOf(schema: Schema): string | undefined {
  const own = z.globalRegistry.get(schema)?.description;
  const inner = innerOf(schema);
  return own ?? (inner ? descriptionOf(inner) : undefined);
}

function shapeOf(schema: Schema | null): string[] {
  if (schema === null) return [];
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const inner = innerOf(schema);
  return inner ? shapeOf(inner) : [];
}

/** What a wrapper wraps: optional, default, lazy, pipe. */
function innerOf(schema: Schema): Schema | null {
  if (schema instanceof z.ZodLazy) return schema.unwrap();
  if (schema instanceof z.ZodPipe) return schema.in;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return schema.unwrap();
  return null;
}

/** The schema that rules the value at a path; null where the path leads out of what is described. */
function schemaAt(schema: Schema, path: readonly PropertyKey[]): Schema | null {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const step = (next: Schema | undefined): Schema | null => (next ? schemaAt(next, rest) : null);
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, Schema>> = schema.shape;
    return step(Object.hasOwn(shape, key) ? shape[String(key)] : undefined);
  }
  if (schema instanceof z.ZodRecord) return step(schema.valueType);
  if (schema instanceof z.ZodArray) return step(schema.element);
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => schemaAt(option, path)).find((found) => found !== null) ?? null;
  }
  const inner = innerOf(schema);
  return inner ? schemaAt(inner, path) : null;
}
