import type { JsonValue } from '../model/json.js';
import type { Compilation } from './compilation.js';
import { compilePath } from './read-path.js';
import type { Run } from './run.js';

/** Says why a record does not qualify, or null where it does. Read in the first base scope. */
export type Condition = (run: Run) => string | null;

/** Compiles `when`: every path must have its value, one of its values, or none (null). */
export function compileWhen(compilation: Compilation): readonly Condition[] {
  return Object.entries(compilation.file.data.when ?? {}).flatMap(([path, wanted]): Condition[] => {
    const reader = compilePath(path, ['when', path], false, compilation);
    if (reader === null) return [];
    const literals: readonly (string | number | boolean | null)[] = Array.isArray(wanted) ? wanted : [wanted];
    const types = new Set(literals.filter((literal) => literal !== null).map((literal) => typeof literal));
    const described = literals.map((literal) => String(literal ?? 'none')).join(' or ');
    return [
      (run) => {
        run.field = path;
        const value = reader.read(run) ?? null;
        if (literals.some((literal) => literal === value)) return null;
        // A value of another type proves nothing: that a product is taken down must not hang on a broken answer.
        if (value !== null && types.size > 0 && !types.has(typeof value as 'string')) {
          run.fail('wrong_type', `${path} is a ${typeof value}, and ${described} is wanted`);
          return null;
        }
        return `${path} is ${shown(value)}, and ${described} is wanted`;
      },
    ];
  });
}

function shown(value: JsonValue): string {
  if (value === null) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
