import type { ChangeKind, SourceVersion } from '../model/change.js';
import type { JsonValue } from '../model/json.js';

/** Why an entry was opened. Only what a delta found holds the last sync time (rule 15). */
export type Cause = 'delta' | 'event' | 'full' | 'initial' | 'sweep' | 'reference' | 'mapping' | 'manual';

/** A change as one pipeline receives it. */
export interface NewEntry {
  readonly pipeline: string;
  readonly key: string;
  readonly kind: ChangeKind;
  readonly version: SourceVersion | null;
  readonly priority: number;
  readonly changedFields: readonly string[];
  /** The fields that changed are known, and the pipeline watches none of them: queues nothing, but of a record not seen before. */
  readonly unwatched?: boolean;
}

/** Moves a cursor by compare-and-set, in the statement that enqueues (rule 16). */
export interface CursorMove {
  readonly feed: string;
  /** `moves` of the row that was read. */
  readonly expectedMoves: number;
  readonly leaseToken: number;
  readonly cursor: JsonValue;
  /** New closed position; null leaves it. */
  readonly position: number | null;
  /** The cursor stands in the middle of a window. */
  readonly underWay: boolean;
}

/** What one delivery of events opens. */
export interface EventDelivery {
  readonly connection: string;
  /** The sender's own id of it: queued once, however often it comes. Null where nobody can tell. */
  readonly id: string | null;
  readonly entries: readonly NewEntry[];
  /** What of it records use: whoever does is queued afterwards, however many there are (`src/hooks/related-work.ts`). */
  readonly related: readonly RelatedHint[];
}

/** Something that records use, named by its feed (`pim/category`) and its key. */
export interface RelatedHint {
  readonly feed: string;
  readonly key: string;
}

export interface EnqueueRequest {
  readonly cause: Cause;
  readonly entries: readonly NewEntry[];
  /** Position of the feed before the page; null for everything but a delta. */
  readonly hold: number | null;
  /** Full and sweep passes mark what they list with the pass's id. */
  readonly pass: number | null;
  /** `mark` only marks sightings and enqueues nothing (a sweep's listing). */
  readonly markOnly?: boolean;
  /** Run that opens the entries; of a page that serves several pipelines, of each its own. */
  readonly run: number | null | ReadonlyMap<string, number>;
  /** What became of them is counted for their runs in the same statement, where nobody else counts it. */
  readonly counted?: boolean;
  readonly move: CursorMove | null;
}

export interface Enqueued {
  /** False when the compare-and-set lost: then nothing at all was written. */
  readonly moved: boolean;
  /** Per pipeline: seen = enqueued + coalesced + filtered (S15). */
  readonly counts: ReadonlyMap<string, { readonly enqueued: number; readonly coalesced: number; readonly filtered: number }>;
  /** Open entries this request opened or brought news to, with the revision they have now. */
  readonly entries: readonly { readonly pipeline: string; readonly key: string; readonly revision: number }[];
}

/** An entry under lease. */
export interface ClaimedEntry {
  readonly pipeline: string;
  readonly key: string;
  readonly kind: ChangeKind;
  readonly cause: Cause;
  readonly revision: number;
  readonly token: number;
  readonly version: string | null;
  readonly versionOrder: number | null;
  readonly changedFields: readonly string[];
  readonly attempts: number;
  readonly losses: number;
  /** Pass that proves the absence (rule 11); null without proof. */
  readonly proof: number | null;
  /** The budget or a person let its removal go, under this very revision (rules 13, 14). */
  readonly granted: boolean;
  readonly staleSinceMs: number | null;
  readonly run: number | null;
}

/** Statement before the send: one row per document (rules 3, 9). */
export interface IntendedDocument {
  readonly entityKey: string;
  readonly revision: number;
  readonly token: number;
  readonly documentKey: string;
  readonly resource: string;
  readonly store: string;
  /** 'gone' for a take-down. */
  readonly state: 'live' | 'gone';
  readonly hash: string;
  /** Folded natural key in the shop, null where the resource has none. A take-down needs none: the mirror knows it. */
  readonly address: string | null;
  /** Entity (pipeline, key) the address may be taken from, because it was seen not to want it any more. */
  readonly takeFrom: { readonly pipeline: string; readonly key: string } | null;
  /** From `readNumber`, taken before the read that this was made from. */
  readonly readNumber: number;
}

export type IntentResult =
  /** Go: the mirror row is in doubt under this number. */
  | {
      readonly kind: 'send';
      readonly documentKey: string;
      readonly sendNumber: number;
      readonly targetId: string | null;
      /** It stands there under this id and under the address it wants, with no doubt about either. */
      readonly named: boolean;
    }
  /** The entry has newer news or the lease is lost: leave it out, the newer revision sends it. */
  | { readonly kind: 'superseded'; readonly documentKey: string }
  /** Something of it was sent after our read began, or the address changed hands just now: fetch again. */
  | { readonly kind: 'stale'; readonly documentKey: string }
  /** Another entity owns the address or the document key. */
  | { readonly kind: 'owned'; readonly documentKey: string; readonly owner: { readonly pipeline: string; readonly key: string } };

/** A document's acknowledgement or refusal, for the mirror (first fence: document key and send number). */
export interface SettledDocument {
  readonly documentKey: string;
  readonly sendNumber: number;
  readonly result: 'acknowledged' | 'not-applied' | 'rejected' | 'unknown';
  readonly hash: string | null;
  readonly refDigest: string | null;
  /** The document as JSON text; null where nothing of it is to be remembered. */
  readonly text: string | null;
  readonly targetId: string | null;
  /** The intent found it under this address and this id already, with no doubt about either: neither is written again. */
  readonly named: boolean;
  /** Address the intent took for it: any other the entity owns is released with the acknowledgement. */
  readonly address: string | null;
  /** How a take-down was done; null for a write. */
  readonly takenDown: 'delete' | 'disable' | 'archive' | null;
}

/** What becomes of an entry (second fence: entry, revision and token). */
export interface SettledEntry {
  readonly key: string;
  readonly revision: number;
  readonly token: number;
  readonly disposition:
    | { readonly kind: 'done' }
    /** Back to ready at once, nothing counted: give-back, superseded. */
    | { readonly kind: 'release' }
    /** Tried again later; `attempt` says whether it was the item's own failure. */
    | { readonly kind: 'retry'; readonly afterMs: number; readonly attempt: boolean; readonly stale?: boolean }
    | { readonly kind: 'park'; readonly afterMs: number }
    | { readonly kind: 'dead' }
    | { readonly kind: 'absent' }
    /** Its removal waits in a set, as of the last send of its documents (rule 14). */
    | { readonly kind: 'held'; readonly set: number };
  readonly error: { readonly code: string; readonly message: string; readonly field: string | null } | null;
  /** Documents of the entity that were not sent because the mirror holds them already: still so at settlement, or the entry is given back (rule 6). */
  readonly skipped: readonly { readonly documentKey: string; readonly sendNumber: number }[];
}

export interface SettleResult {
  /** Entries that were closed or moved to the state asked for. */
  readonly settled: readonly string[];
  /** Newer news had come, the mapping is an old one, or a skip or a send no longer stands: given back, attempts 0, due now (rules 5, 6, 16). */
  readonly renewed: readonly string[];
  /** Token moved: somebody else holds them now. */
  readonly lost: readonly string[];
}
