import type { MappingError, MappingNote, Scope } from '../model/document.js';
import type { JsonValue } from '../model/json.js';
import type { SourceRecord } from '../model/record.js';

/** A scope with everything it inherits filled in. */
export interface ResolvedScope extends Scope {
  /** Position in the pipeline's order: bases before what inherits from them. */
  readonly index: number;
  /** Position of the scope this one inherits from; null for a base scope. */
  readonly base: number | null;
  /** Locale of the base scope: option labels are the same in all scopes of one family. */
  readonly labelLocale: string | null;
  /** The stores that inherit from the same base, with the locale each shows. */
  readonly labelStores: readonly { readonly store: string; readonly locale: string | null }[];
}

/** Labels of option codes: code → locale → label. */
export type OptionLabels = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What one scope has come to, field by field; an inheriting scope's values include the inherited ones. */
export interface ScopeState {
  readonly values: (JsonValue | undefined)[];
  /** Which alternative of a `from` list was taken, by field. */
  readonly chosen: number[];
}

/** One record on its way through a compiled mapping: where it stands, and what is said about it. */
export class Run {
  readonly errors: MappingError[] = [];
  readonly notes: MappingNote[] = [];
  readonly states: ScopeState[] = [];
  /** Target path being filled. */
  field = '';
  /** Labels that came with the attribute value read last. */
  labels: OptionLabels | undefined;
  state: ScopeState = { values: [], chosen: [] };
  base: ScopeState | null = null;

  constructor(
    readonly record: SourceRecord,
    public scope: ResolvedScope,
    /** Longest text taken from a record, in UTF-8 bytes. */
    readonly maxText: number,
  ) {}

  enter(scope: ResolvedScope): void {
    this.scope = scope;
    this.base = scope.base === null ? null : (this.states[scope.base] ?? null);
    this.state = { values: [], chosen: [] };
    this.states[scope.index] = this.state;
  }

  /** Says why the record cannot be mapped; the same thing said for several scopes counts once. */
  fail(code: string, message: string): undefined {
    if (!this.errors.some((error) => error.field === this.field && error.code === code)) {
      this.errors.push({ field: this.field, code, message });
    }
    return undefined;
  }

  /** Says something a person should know though the document can be sent. */
  note(code: string, message: string): void {
    if (!this.notes.some((note) => note.field === this.field && note.code === code)) {
      this.notes.push({ field: this.field, code, message });
    }
  }
}
