import type { ForeseenDocument } from '../dry-run/foreseen.js';
import type { MappingError, MappingNote } from '../../model/document.js';
import type { RecordState } from '../../model/record.js';
import type { Freeze } from '../../queue/sql/freezes.js';
import type { Pause } from '../../queue/sql/pauses.js';
import type { OpenBreaker } from '../../queue/sql/show-breaker.js';
import type { ReferenceTarget } from '../../queue/sql/references.js';
import type { ShownEntity } from '../../queue/sql/show-entry.js';
import type { WaitingSet } from '../../removals/sql/list-held.js';

/** Everything there is to be known of why an entity stands in the shop as it does, or does not. */
export interface Facts {
  readonly pipeline: string;
  readonly key: string;
  readonly source: SourceFact;
  /** What the mapping says of the record; null where there is none to be mapped. */
  readonly mapping: MappingFact | null;
  /** What would be sent if it were looked at now; empty where that is not known. */
  readonly foreseen: readonly ForeseenDocument[];
  readonly entry: ShownEntity['entry'];
  /** What it waits for: these must stand in the shop first. */
  readonly missing: readonly ReferenceTarget[];
  /** What the shop said last, or what came in the way; null where nothing did. */
  readonly lastError: ShownEntity['errors'][number] | null;
  readonly documents: ShownEntity['documents'];
  readonly pauses: readonly Pause[];
  /** The connection it goes to is down and gets nothing but trials. */
  readonly breaker: OpenBreaker | null;
  /** The connection it goes to, where somebody froze it: only some fields flow. */
  readonly frozen: FrozenFact | null;
  readonly heldSet: WaitingSet | null;
  readonly timeline: ShownEntity['timeline'];
}

export interface FrozenFact extends Freeze {
  readonly connection: string;
}

export interface SourceFact {
  readonly time: Date;
  readonly result: 'record' | 'absent' | 'nothing' | 'failed';
  /** Of a record: live, or why it is not meant to be seen. */
  readonly state: RecordState | null;
  readonly version: string | null;
  /** Why it could not be asked. */
  readonly reason: string | null;
  /** Where a person finds it in the PIM. */
  readonly link: string | null;
}

export interface MappingFact {
  readonly result: 'documents' | 'excluded' | 'rejected';
  /** Which condition of `when` does not hold, and what stands there. */
  readonly reason: string | null;
  readonly errors: readonly MappingError[];
  readonly notes: readonly MappingNote[];
}
