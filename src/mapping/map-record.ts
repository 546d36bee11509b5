import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { documentKey, type Mapped, type MappedDocument, type Reference } from '../model/document.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import type { SourceRecord } from '../model/record.js';
import { admitText } from './admit.js';
import type { CompiledField } from './compile-rule.js';
import type { Condition } from './compile-when.js';
import { Run, type ResolvedScope } from './run.js';

/** A mapping made ready: everything `mapRecord` looks at. */
export interface CompiledMapping {
  readonly resource: string;
  readonly scopes: readonly [ResolvedScope, ...ResolvedScope[]];
  readonly conditions: readonly Condition[];
  readonly fields: readonly CompiledField[];
  /** The field that must hold the record's key. */
  readonly keyField: string | null;
  readonly maxText: number;
}

/** What the mapping makes of a record: pure, and never throws whatever the record holds. */
export function mapRecord(mapping: CompiledMapping, record: SourceRecord): Mapped {
  const run = new Run(record, mapping.scopes[0], mapping.maxText);
  checkKey(mapping, run);
  checkState(run);
  const excluded = run.errors.length === 0 ? whyExcluded(mapping.conditions, run) : null;
  if (excluded !== null) return { kind: 'excluded', reason: excluded };
  if (run.errors.length > 0) return { kind: 'rejected', errors: run.errors };
  const documents = mapping.scopes.map((scope) => mapScope(mapping, scope, run));
  return run.errors.length > 0 ? { kind: 'rejected', errors: run.errors } : { kind: 'documents', documents, notes: run.notes };
}

/** One condition that does not hold decides, whatever cannot be judged beside it. */
function whyExcluded(conditions: readonly Condition[], run: Run): string | null {
  for (const condition of conditions) {
    const reason = condition(run);
    if (reason !== null) return reason;
  }
  return null;
}

function checkKey(mapping: CompiledMapping, run: Run): void {
  const { key, fields }: { readonly key: unknown; readonly fields: unknown } = run.record;
  run.field = 'key';
  if (typeof key !== 'string' || key === '') {
    run.fail('no_key', 'the record has no key');
    return;
  }
  admitText(key, run, 'key');
  if (mapping.keyField === null) return;
  const held =
    fields !== null && typeof fields === 'object' && Object.hasOwn(fields, mapping.keyField)
      ? (fields as JsonObject)[mapping.keyField]
      : undefined;
  if (held !== key) run.fail('wrong_key', `${mapping.keyField} is not the record's key`);
}

/** Neither sent nor taken down: nobody knows whether it is meant to be seen. */
function checkState(run: Run): void {
  const { unreadable } = run.record;
  if (unreadable === undefined || !Object.hasOwn(unreadable, 'state')) return;
  run.field = 'state';
  run.fail('unreadable', `state ${unreadable.state}`);
}

function mapScope(mapping: CompiledMapping, scope: ResolvedScope, run: Run): MappedDocument {
  run.enter(scope);
  const fields: JsonObject = {};
  const references: Reference[] = [];
  mapping.fields.forEach((field, position) => {
    const value = run.base === null ? evaluate(field, run) : evaluateInheriting(field, position, run);
    if (value === undefined) return;
    fields[field.path] = value;
    if (field.refers) collectReferences(value, references);
    if (run.base === null) run.state.values[position] = value;
  });
  const text = JSON.stringify(fields);
  const entityKey = run.record.key;
  const base = scope.base === null ? undefined : mapping.scopes[scope.base];
  return {
    key: documentKey(mapping.resource, scope, entityKey),
    entityKey,
    resource: mapping.resource,
    store: scope.store,
    baseKey: base ? documentKey(mapping.resource, base, entityKey) : null,
    fields,
    references,
    text,
    hash: hash('sha256', text),
  };
}

/** A scope's own value: undefined where it has none or has the base's. */
function evaluateInheriting(field: CompiledField, position: number, run: Run): JsonValue | undefined {
  const inherited = run.base?.values[position];
  const chosen = run.base?.chosen[position];
  run.state.values[position] = inherited;
  if (chosen !== undefined) run.state.chosen[position] = chosen;
  if (!field.varies[run.scope.index]) return undefined;
  const own = evaluate(field, run);
  if (own === undefined || isDeepStrictEqual(own, inherited)) return undefined;
  run.state.values[position] = own;
  return own;
}

/** Whatever a rule stumbles over is this field's error, not the batch's end. */
function evaluate(field: CompiledField, run: Run): JsonValue | undefined {
  run.field = field.path;
  run.labels = undefined;
  try {
    return field.evaluate(run);
  } catch (error) {
    return run.fail('mapping_failed', error instanceof Error ? error.message : String(error));
  }
}

function collectReferences(value: JsonValue, found: Reference[]): void {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value) && '$ref' in value) {
    const { pipeline, key, strength } = value.$ref as unknown as Reference;
    if (!found.some((one) => one.pipeline === pipeline && one.key === key && one.strength === strength))
      found.push({ pipeline, key, strength });
    return;
  }
  for (const inner of Object.values(value)) collectReferences(inner, found);
}
