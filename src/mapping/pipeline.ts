import type { Needs, ProvisionPlan, Strategy, TakeDown } from '../connectors/contract/index.js';
import type { Mapped, Scope } from '../model/document.js';
import type { RemovalLimits } from '../model/removal-limits.js';
import type { Blackout, Prerequisite, Timing } from '../model/timing.js';
import type { RelatedUse } from './compile-related.js';
import type { RecordState, SourceRecord } from '../model/record.js';

/** Why a record is not wanted in the shop: its state in the source, or, of one that is live, that the pipeline does not ask for it. */
export type Leaving = Exclude<RecordState, 'live'> | 'deleted' | 'excluded';

/** What becomes of what the shop has of it; `keep` leaves it as it is. */
export type DeletePolicy = TakeDown | 'keep';

/** `policy` holds for whatever has none of its own. */
export type DeletePolicies = { readonly policy: DeletePolicy } & Readonly<Partial<Record<Leaving, DeletePolicy>>>;

/** A pipeline file, read, checked and compiled. `map` is pure: the same record makes the same documents. */
export interface Pipeline {
  readonly name: string;
  readonly source: { readonly connection: string; readonly entity: string };
  readonly target: { readonly connection: string; readonly resource: string };
  readonly scopes: readonly Scope[];
  readonly delta: (Timing & { readonly strategy: Strategy | null; readonly overlapMs: number }) | null;
  /** Whether what the source tells by itself is queued, and whether it is first in line then; null: not at all. */
  readonly events: { readonly direct: boolean } | null;
  readonly full: Timing | null;
  readonly sweep: Timing | null;
  readonly blackouts: readonly Blackout[];
  /** How far the shop may be behind the source; null: nobody said. */
  readonly maxLagMs: number | null;
  /** Something is called once a run of it is delivered. */
  readonly hasAfter: boolean;
  /** Pipelines whose full pass, or sweep, goes before its own where one is due. */
  readonly waitsFor: readonly Prerequisite[];
  readonly queue: {
    readonly priority: { readonly created: number; readonly updated: number; readonly deleted: number };
    /** Paths of the source; a change that is known to touch none of them queues nothing. Null watches everything. */
    readonly watch: readonly string[] | null;
  };
  readonly batch: { readonly items: number; readonly bytes: number; readonly concurrency: number };
  readonly deletes: DeletePolicies & RemovalLimits;
  readonly retry: { readonly maxAttempts: number; readonly settleLagMs: number };
  /** Pipelines whose entities this one refers to, or that it waits for: their first load runs first. */
  readonly dependsOn: readonly string[];
  /** What the source is asked for. */
  readonly needs: Needs;
  /** What the shop must know before documents arrive. */
  readonly plan: ProvisionPlan;
  /** Every field path the mapping may set. */
  readonly owned: readonly string[];
  /** sha256 over everything that decides what `map` answers: file, tables, functions, and the structure it was expanded from. */
  readonly hash: string;
  /** Entities of the source whose changes queue the records that use them. */
  readonly related: readonly string[];
  map(record: SourceRecord): Mapped;
  /** Entities that its records inherit from, where it takes events: those of them queue the heirs, which a delta names by itself. */
  readonly inherits: readonly string[];
  /** What a record uses of both, whether it is in the shop or not. */
  uses(record: SourceRecord): RelatedUse[];
}
