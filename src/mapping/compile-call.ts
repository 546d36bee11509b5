import type { JsonValue } from '../model/json.js';
import { admit } from './admit.js';
import type { Compilation } from './compilation.js';
import type { ValueSource } from './compile-rule.js';
import type { RecordAccess } from './functions.js';
import { compilePath, type Reader } from './read-path.js';
import type { FieldRule } from './rule-schema.js';
import type { Run } from './run.js';

/** Compiles a call of a project's function. What it may read and refer to is what the rule says, so that both are known beforehand. */
export function compileCall(rule: FieldRule, at: readonly PropertyKey[], compilation: Compilation): ValueSource | null {
  const called = rule.call === undefined ? undefined : compilation.context.functions.get(rule.call);
  const paths = rule.reads ?? [];
  const readers = new Map<string, Reader | null>();
  paths.forEach((path, index) => readers.set(path, compilePath(path, [...at, 'reads', index], rule.optional === true, compilation)));
  if (called === undefined) return null;
  const access = new Access(readers, rule.refs ?? {});
  return {
    attributes: [...readers.values()].flatMap((reader) => reader?.attribute ?? []),
    varies: () => true,
    read(run) {
      access.run = run;
      try {
        return admit(called.run(access, run.scope), run, `what ${called.name} made`);
      } catch (error) {
        // The function may stand in another realm, whose Error is not ours.
        const said = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
        return run.fail('function_failed', `${called.name} (${called.file}): ${said}`);
      }
    },
  };
}

/** What the function sees. One for all records: mapping is synchronous, so it is never asked for two at once. */
class Access implements RecordAccess {
  run: Run | null = null;

  constructor(
    private readonly readers: ReadonlyMap<string, Reader | null>,
    private readonly refs: NonNullable<FieldRule['refs']>,
  ) {}

  get key(): string {
    return this.current.record.key;
  }

  get(path: string): JsonValue | undefined {
    const reader = this.readers.get(path);
    if (reader === undefined) throw new Error(`it read ${path}, which its rule does not name under \`reads\``);
    return reader?.read(this.current);
  }

  ref(pipeline: string, key: string): JsonValue {
    const strength = Object.hasOwn(this.refs, pipeline) ? this.refs[pipeline] : undefined;
    if (strength === undefined) throw new Error(`it refers to ${pipeline}, which its rule does not name under \`refs\``);
    return { $ref: { pipeline, key, strength } };
  }

  note(code: string, message: string): void {
    this.current.note(code, message);
  }

  private get current(): Run {
    if (this.run === null) throw new Error('a function can read only while it is called');
    return this.run;
  }
}
