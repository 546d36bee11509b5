import type { MappingError, MappingNote } from '../model/document.js';
import type { JsonObject } from '../model/json.js';
import type { SourceRecord } from '../model/record.js';
import type { Pipeline } from './pipeline.js';

/** What a pipeline would make of a record, for a person to read. What a preview shows is what is then sent. */
export interface Preview {
  readonly pipeline: string;
  readonly key: string;
  readonly result: 'documents' | 'excluded' | 'rejected';
  readonly documents: readonly {
    readonly key: string;
    readonly store: string;
    readonly inherits: string | null;
    readonly fields: JsonObject;
  }[];
  /** Why it does not qualify. */
  readonly reason: string | null;
  readonly notes: readonly MappingNote[];
  readonly errors: readonly MappingError[];
}

export function preview(pipeline: Pipeline, record: SourceRecord): Preview {
  const mapped = pipeline.map(record);
  const inherits = new Map(pipeline.scopes.map((scope) => [scope.store, scope.inherits]));
  return {
    pipeline: pipeline.name,
    key: record.key,
    result: mapped.kind,
    documents:
      mapped.kind === 'documents'
        ? mapped.documents.map(({ key, store, fields }) => ({ key, store, inherits: inherits.get(store) ?? null, fields }))
        : [],
    reason: mapped.kind === 'excluded' ? mapped.reason : null,
    notes: mapped.kind === 'documents' ? mapped.notes : [],
    errors: mapped.kind === 'rejected' ? mapped.errors : [],
  };
}
