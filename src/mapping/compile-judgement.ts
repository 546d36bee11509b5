import { compileCall } from './compile-call.js';
import type { Compilation } from './compilation.js';
import type { Condition } from './compile-when.js';
import type { Call } from './when-schema.js';

/** `name: { call, reads }`: a function that answers true, false, or in words why not. Anything else judges nothing. */
export function compileJudgement(name: string, asked: Call, compilation: Compilation): Condition[] {
  const source = compileCall(asked, ['when', name], compilation);
  if (source === null) return [];
  return [
    (run) => {
      run.field = name;
      const before = run.errors.length;
      const said = source.read(run);
      if (said === true || run.errors.length > before) return null;
      if (said === false) return `${name}: ${asked.call} says no`;
      if (typeof said === 'string' && said !== '') return `${name}: ${said}`;
      run.fail('not_judged', `${asked.call} answered neither true nor false nor why not`);
      return null;
    },
  ];
}
