import type { z } from 'zod';
import type { Change, SourceVersion } from '../../model/change.js';
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

export interface ChangesOptions extends ReadOptions {
  /** How far before the last closed position a delta reads again, in milliseconds. */
  readonly overlapMs: number;
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

export interface SourceDefinition<Config = unknown> {
  readonly id: string;
  readonly title: string;
  /** One schema gives validation, JSON Schema and docs. Mark secrets with `.meta({ secret: true })`. */
  readonly config: z.ZodType<Config>;
  readonly entities: readonly string[];
  /**
   * The entities whose `values` are attributes that `structure()` describes; absent: all of them. Values of
   * the others (the labels of a category) are no attributes: they are found by the locale and channel they carry.
   */
  readonly structured?: readonly string[];
  /** What one `fetch` may ask for at most. */
  readonly limits: { readonly maxKeys: number; readonly concurrency: number };
  open(config: Config, tools: ConnectorTools): Promise<Source & Partial<DescribesStructure & ServesAssets>>;
}

export type OpenSource = Awaited<ReturnType<SourceDefinition['open']>>;

/** Declares a source connector; the types of `open`'s config follow from the schema. */
export function defineSource<Config>(definition: SourceDefinition<Config>): SourceDefinition<Config> {
  return definition;
}

export type { Change, JsonObject, JsonValue, SourceRecord, SourceVersion, Structure };
