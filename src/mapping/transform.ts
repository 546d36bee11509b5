import type { z } from 'zod';
import type { JsonValue } from '../model/json.js';
import type { OptionLabels, Run } from './run.js';

/** What one transform does to a value. Undefined: there is no value (or `run.fail` said why). Never throws. */
export type Step = (value: JsonValue, run: Run) => JsonValue | undefined;

/** Value maps by name: code → value. */
export type Tables = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;

/** What a transform may look at when it is compiled. */
export interface TransformContext {
  readonly tables: Tables;
  /** Reports that the option cannot work; the step is then not used. */
  mistake(problem: string, advice: string): void;
  /** The rule says `strong: true`. */
  readonly strong: boolean;
}

/** Is run as a test and printed into the reference. Scope: store `all` in en_US with EUR, from which store `de` in de_DE inherits. */
export interface Example {
  readonly option: JsonValue;
  readonly input: JsonValue;
  /** Labels of the option codes in `input`. */
  readonly labels?: OptionLabels;
  /** What comes out; absent: no value. */
  readonly output?: JsonValue;
  /** Code of the error instead. */
  readonly error?: string;
  /** Code of the note beside it. */
  readonly note?: string;
}

/** One keyword of a field rule: what it is given, what it does, and examples that prove it. */
export interface Transform<Option = unknown> {
  readonly keyword: string;
  readonly description: string;
  readonly option: z.ZodType<Option>;
  readonly examples: readonly Example[];
  /** Made once per rule: whatever can be prepared is prepared here, not per record. */
  compile(option: Option, context: TransformContext): Step;
}

export function defineTransform<Option>(transform: Transform<Option>): Transform<Option> {
  return transform;
}
