import type { z } from 'zod';
import type { Change, ChangeKind, SourceVersion } from '../../model/change.js';
import type { JsonObject, JsonValue } from '../../model/json.js';
import type { SourceRecord } from '../../model/record.js';
import type { Structure } from '../../model/structure.js';
import type { CheckResult, ConnectorTools } from './tools.js';

/** What the mappings read: the connector asks the system for this and nothing else. `null` means everything. */
export interface Needs {
  /** Attribute codes (`values.<code>`). */
  readonly attributes: readonly string[] | null;
  /** Plain fields beside the values: `identifier`, `categories`, `associations`, … */
  readonly fields: readonly string[];
  readonly locales: readonly string[] | null;
  readonly channels: readonly string[] | null;
}

export interface ReadOptions {
  readonly needs: Needs;
  readonly signal: AbortSignal;
}

/**
 * How a source notices changes: by a modification time, by a number that only rises, by a mark on the record
 * that is taken off again, or by a feed with a sequence of its own, deletions included.
 */
export type Strategy = 'timestamp' | 'version' | 'flag' | 'changes';

export interface ChangesOptions extends ReadOptions {
  /** How far before the last closed position a delta reads again, in milliseconds. */
  readonly overlapMs: number;
  /** One of those the definition offers for the entity; absent: the first of them. */
  readonly strategy?: Strategy;
  /** How long the source may wait for a change where there is none yet (long polling), in milliseconds; absent: it answers at once. */
  readonly waitMs?: number;
}

/** A page of what changed since the cursor. */
export interface ChangesPage {
  readonly changes: readonly Change[];
  /** Where to go on: opaque to everybody but the connector that wrote it. */
  readonly cursor: JsonValue;
  /**
   * Everything the source committed up to here (epoch milliseconds of the source's own clock, or
   * its sequence) has been listed once this page is enqueued. While a window is still being paged
   * it stays at the window's start (rule 16); null means "as before".
   */
  readonly position: number | null;
  /** The window is complete: nothing more to read for now. */
  readonly done: boolean;
}

/** A page of the full listing, in the source's own stable order. */
export interface KeysPage {
  readonly keys: readonly { readonly key: string; readonly version: SourceVersion | null; readonly record?: SourceRecord }[];
  readonly cursor: JsonValue;
  readonly done: boolean;
  /** How many records the listing has, where the source says so. */
  readonly total?: number;
}

/** The newest records for a batch of keys. A key in neither list was left out without a reason: no proof of anything. */
export interface Fetched {
  readonly records: readonly SourceRecord[];
  /** Keys the source explicitly says do not exist (404, tombstone). */
  readonly absent: readonly string[];
}

export interface Asset {
  readonly bytes: Buffer;
  readonly mimeType: string;
  readonly filename: string;
}

/**
 * The PIM side. Throw only when the whole system is unusable (`errors.ts`); a broken record is the
 * page's business to report as a record with what could be read.
 */
export interface Source {
  /** A health check that imitates normal work: sign in, read one record. */
  check(signal: AbortSignal): Promise<CheckResult>;
  /**
   * Changes since `cursor`; null starts at the source's present time without reading the past
   * (a new pipeline subscribes first and runs its full pass after that). A cursor the source no
   * longer accepts restarts the same window.
   */
  changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage>;
  /** Every key, from the beginning (`null`) on; with the records if `withRecords`. */
  keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage>;
  /** The newest records of these keys, read now. */
  fetch(entity: string, keys: readonly string[], options: ReadOptions): Promise<Fetched>;
  close?(): Promise<void>;
}

/** Ability: the source can tell its attributes, families and channels. */
export interface DescribesStructure {
  structure(signal: AbortSignal): Promise<Structure>;
}

/** Ability: the source hands out files by the codes that stand in values. Answers null where the file is missing. */
export interface ServesAssets {
  asset(code: string, signal: AbortSignal): Promise<Asset | null>;
}

/** A request that came to `POST /hooks/<connection>`. */
export interface HookRequest {
  /** Names in small letters; of a header that came several times, the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it came over the wire: signatures are over bytes, never over what was parsed and written again. */
  readonly body: Buffer;
  /** When it came, epoch milliseconds of our clock. */
  readonly receivedAt: number;
}

/** What an event says happened: a hint that queues the record, never data that is trusted (rule 10). */
export interface EventHint {
  readonly entity: string;
  readonly key: string;
  readonly kind: ChangeKind;
  /** Only where the event carries the version the records carry too; null is always news. */
  readonly version: SourceVersion | null;
  readonly changedFields?: readonly string[];
}

export type HookVerdict =
  /** `delivery` is the sender's id of this delivery: the same one again is the same event (it is stored with the entries). */
  | { readonly kind: 'accepted'; readonly delivery: string; readonly events: readonly EventHint[] }
  /** Wrong, missing, stale or early signature: answered 401, and the reason is logged and not told. */
  | {
      readonly kind: 'forged';
      readonly reason: string;
      /** Of another time than ours: a clock is wrong, or it is sent once more. */
      readonly isStale?: true;
    }
  /** Signed by the right key and not understood: answered 400. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** Ability: the system tells by itself what happened. Pure: looks at the bytes and at its configuration, asks nobody. */
export interface ReceivesEvents {
  receive(request: HookRequest): HookVerdict;
}

/** A version of a record that needs no mark any more. */
export interface SeenVersion {
  readonly key: string;
  readonly version: SourceVersion | null;
}

/** Ability: the source marks changed records and wants the mark taken off (rule 18). */
export interface Acknowledges {
  /**
   * When: `before-fetch` where records have no version (entries committed, mark off, then fetch), `after-settlement`
   * where the mark can be taken off by compare-and-set on the version, `never` for an entity without marks.
   */
  acknowledges(entity: string, strategy: Strategy): 'never' | 'before-fetch' | 'after-settlement';
  /** Takes the mark off these, off none that has changed since (where it has versions). Keeps the modification time. */
  acknowledge(entity: string, seen: readonly SeenVersion[], signal: AbortSignal): Promise<void>;
}

/** Ability: the source wants to know how far everything it announced is settled, in every pipeline (files are archived then). */
export interface HearsSettled {
  settled(entity: string, position: number, signal: AbortSignal): Promise<void>;
}

/** Ability: the source can write down its changes by itself, once something is installed there. */
export interface InstallsTriggers {
  /** The statements, in their order; each may be run again. Looks at what is there, and changes nothing. */
  triggers(signal: AbortSignal): Promise<readonly string[]>;
  installTriggers(signal: AbortSignal): Promise<void>;
}

/** Conditions that records are found by, such as `{ family: 'shoes' }`: all of them must hold. */
export type RecordFilter = Readonly<Record<string, string>>;

/** Ability: the source finds records by conditions, for a person who wants to have just those brought into the shop. */
export interface FindsRecords {
  /** The names its conditions have, for an entity; none where it cannot be searched. */
  filters(entity: string): readonly string[];
  /** A page of what meets them, from the beginning (`null`) on, with the records. Throws `Misconfigured` for a value that is none. */
  find(entity: string, filter: RecordFilter, cursor: JsonValue | null, options: ReadOptions): Promise<KeysPage>;
}

/** Ability: the source has a page of its own for each record, where a person corrects it. */
export interface LinksRecords {
  /** Its address; null where there is none for this entity. Pure: asks nobody. */
  link(entity: string, key: string): string | null;
}

export type SourceAbilities = DescribesStructure &
  ServesAssets &
  ReceivesEvents &
  Acknowledges &
  HearsSettled &
  InstallsTriggers &
  FindsRecords &
  LinksRecords;

/** Records of an entity that others inherit from, and the plain fields where those have their keys. */
export interface Inherited {
  readonly entity: string;
  readonly from: readonly string[];
}

export interface SourceDefinition<Config = unknown> {
  readonly id: string;
  readonly title: string;
  /** One schema gives validation, JSON Schema and docs. Mark secrets with `.meta({ secret: true })`. */
  readonly config: z.ZodType<Config>;
  /** What a pipeline may name under `source.entity`. */
  readonly entities: readonly string[];
  /** More of them, where a person names them in the configuration. */
  entitiesOf?(config: Config): readonly string[];
  /**
   * Entities of which it tells that they changed and nothing else (`changes`, with empty pages of records): a pipeline
   * names them under `related`, as it may name any of the others. Their keys are those that records hand over in some field.
   */
  readonly related?: readonly string[];
  /**
   * By entity: what its records inherit from, and in which of their fields the keys of that are. A delta names the heirs of what
   * was edited by itself; an event does not, and queues them by this.
   */
  readonly inherits?: Readonly<Record<string, readonly Inherited[]>>;
  /** How it can notice changes of an entity, the best first; absent: by timestamp. */
  strategies?(config: Config, entity: string): readonly Strategy[];
  /**
   * The entities whose `values` are attributes that `structure()` describes; absent: all of them. Values of
   * the others (the labels of a category) are no attributes: they are found by the locale and channel they carry.
   */
  readonly structured?: readonly string[];
  /** What one `fetch` may ask for at most. */
  readonly limits: { readonly maxKeys: number; readonly concurrency: number };
  /** It asks `tools.gate` before each request, as HTTP clients do that it is handed to: only then may a connection have a `limit`. */
  readonly gated?: true;
  open(config: Config, tools: ConnectorTools): Promise<Source & Partial<SourceAbilities>>;
}

export type OpenSource = Awaited<ReturnType<SourceDefinition['open']>>;

/** Declares a source connector; the types of `open`'s config follow from the schema. */
export function defineSource<Config>(definition: SourceDefinition<Config>): SourceDefinition<Config> {
  return definition;
}

export type { Change, JsonObject, JsonValue, SourceRecord, SourceVersion, Structure };
