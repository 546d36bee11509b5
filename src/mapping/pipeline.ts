import type { Needs, ProvisionPlan, TakeDown } from '../connectors/contract/index.js';
import type { Mapped, Scope } from '../model/document.js';
import type { SourceRecord } from '../model/record.js';

/** A pipeline file, read, checked and compiled. `map` is pure: the same record makes the same documents. */
export interface Pipeline {
  readonly name: string;
  readonly source: { readonly connection: string; readonly entity: string };
  readonly target: { readonly connection: string; readonly resource: string };
  readonly scopes: readonly Scope[];
  readonly delta: { readonly everyMs: number; readonly strategy: 'timestamp'; readonly overlapMs: number } | null;
  readonly full: { readonly at: string } | null;
  readonly queue: { readonly priority: { readonly created: number; readonly updated: number; readonly deleted: number } };
  readonly batch: { readonly items: number; readonly bytes: number; readonly concurrency: number };
  readonly deletes: { readonly policy: TakeDown | 'ignore'; readonly maxPercent: number; readonly maxCount: number };
  readonly retry: { readonly maxAttempts: number; readonly settleLagMs: number };
  /** Pipelines whose entities this one refers to: they run first. */
  readonly dependsOn: readonly string[];
  /** What the source is asked for. */
  readonly needs: Needs;
  /** What the shop must know before documents arrive. */
  readonly plan: ProvisionPlan;
  /** Every field path the mapping may set. */
  readonly owned: readonly string[];
  /** sha256 over everything that decides what `map` answers: file, tables, functions, and the structure it was expanded from. */
  readonly hash: string;
  map(record: SourceRecord): Mapped;
}
