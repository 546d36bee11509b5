import type { TakeDown } from '../connectors/contract/index.js';
import type { Leaving } from '../mapping/pipeline.js';
import type { DocumentPlan } from '../mirror/diff.js';
import type { MirrorRow } from '../mirror/sql/read-mirror.js';
import type { MappedDocument } from '../model/document.js';
import type { Outcome } from '../model/outcome.js';
import type { ClaimedEntry, SettledEntry } from '../queue/entry.js';
import type { RelatedUse } from '../queue/sql/related-uses.js';
import type { UnderBreaker } from '../transfer/breaker/breaker.js';
import type { Lease } from './lease.js';
import type { Incident } from './runs/incident.js';

/** Entries claimed together, and the lease they are under. */
export interface ClaimedBatch {
  readonly entries: readonly ClaimedEntry[];
  readonly lease: Lease;
  /** From read_seq, taken with the claim: whatever is fetched now is at least this fresh. */
  readonly readNumber: number;
  /** How the breaker of the target stood then. */
  readonly breaker: UnderBreaker;
}

/** A document that leaves: written, or taken down. */
export type Shipment = {
  readonly documentKey: string;
  readonly store: string;
  readonly resource: string;
} & (
  | { readonly document: MappedDocument; readonly plan: Extract<DocumentPlan, { kind: 'send' }> }
  | { readonly document: null; readonly plan: PlannedTakeDown }
);

export interface PlannedTakeDown {
  readonly kind: 'take-down';
  readonly row: MirrorRow;
  readonly why: Leaving;
  readonly how: TakeDown;
  /** Document of the entity that the shop is told of for both; null where it is told of this one. */
  readonly with: string | null;
}

/** What the plan says of one entry. Exactly one of these, for every entry of the batch. */
export type EntryPlan =
  /** Something leaves for the shop; `skipped` documents of the same entity stay as they are. */
  | {
      readonly kind: 'ship';
      readonly entry: ClaimedEntry;
      readonly readNumber: number;
      readonly shipments: readonly Shipment[];
      readonly skipped: readonly SkippedDocument[];
      /** What it would remove as well waits in a set (rule 13): the entry is held once the rest of it stands. */
      readonly withheld?: Withheld;
      /** The rest of it is held back, and why: the shop is frozen. The entry waits once this stands. */
      readonly frozen?: string;
    }
  /** Nothing to send: the mirror holds exactly this already. */
  | { readonly kind: 'unchanged'; readonly entry: ClaimedEntry; readonly skipped: readonly SkippedDocument[] }
  /** Decided without the shop. */
  | {
      readonly kind: 'decided';
      readonly entry: ClaimedEntry;
      readonly disposition: SettledEntry['disposition'];
      readonly error: SettledEntry['error'];
    };

export interface Withheld {
  readonly set: number;
  readonly reason: string;
}

export interface SkippedDocument {
  readonly documentKey: string;
  readonly sendNumber: number;
}

/** A batch that was read, mapped and compared, ready to leave. */
export interface PlannedBatch {
  readonly claimed: ClaimedBatch;
  readonly plans: readonly EntryPlan[];
  readonly incidents: readonly Incident[];
  readonly references: ResolvedReferences;
  /** What its records use of the source beside themselves. */
  readonly related: readonly RelatedUse[];
  /** The shop is frozen: some of it waits. */
  readonly isFrozen?: boolean;
}

/** Shop ids of what the batch refers to, compared without case. */
export class ResolvedReferences {
  private readonly ids = new Map<string, string>();

  set(pipeline: string, key: string, targetId: string): void {
    this.ids.set(id(pipeline, key), targetId);
  }

  get(pipeline: string, key: string): string | undefined {
    return this.ids.get(id(pipeline, key));
  }
}

function id(pipeline: string, key: string): string {
  return `${pipeline} ${key.toLowerCase()}`;
}

/** What a batch came to, for the run's counts and for whoever watches. */
export interface BatchReport {
  readonly failure: Error | null;
  readonly finished: readonly FinishedEntry[];
}

export interface FinishedEntry {
  readonly key: string;
  readonly result: 'settled' | 'unchanged' | 'removed' | 'dead' | 'absent' | 'retried' | 'parked' | 'delivered' | 'lost' | 'held';
  readonly run: number | null;
  /** What the shop said of its documents. */
  readonly outcomes: readonly Outcome[];
}
