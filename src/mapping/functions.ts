import type { JsonValue } from '../model/json.js';
import type { Scope } from '../model/document.js';

/** What a mapping function may look at: the paths its rule names under `reads`, resolved for the scope. */
export interface RecordAccess {
  /** The source's key of the record. */
  readonly key: string;
  /**
   * The value at one of the rule's `reads`, or undefined where there is none: texts, numbers (also for
   * prices, in the scope's currency), `{ amount, unit }` for metrics, codes for selects, lists, objects.
   * Asking for any other path is an error.
   */
  get(path: string): JsonValue | undefined;
  /** A reference to an entity of one of the pipelines under the rule's `refs`. */
  ref(pipeline: string, key: string): JsonValue;
  /** Says something a person should know, though the document can be sent. */
  note(code: string, message: string): void;
}

/**
 * Makes the value of one field; undefined where there is none. Pure: the same record and scope make the
 * same value, nothing is changed, nothing outside is asked. In an inheriting scope undefined means
 * "as in the base". What it throws rejects the record with that message.
 */
export type MappingFunction = (record: RecordAccess, scope: Scope) => JsonValue | undefined;

/** A function of `functions/*.ts`, with the hash of the file it stands in. */
export interface LoadedFunction {
  readonly name: string;
  readonly file: string;
  readonly hash: string;
  readonly run: MappingFunction;
}

export type MappingFunctions = ReadonlyMap<string, LoadedFunction>;
