import type { z } from 'zod';
import type { JsonObject } from '../../model/json.js';
import type { Exchange, Outcome, OutcomeWarning } from '../../model/outcome.js';
import type { Asset } from './source.js';
import type { CheckResult, ConnectorTools } from './tools.js';

/** How a document is taken down. */
export type TakeDown = 'delete' | 'disable' | 'archive';

/** One document on its way to the shop. */
export interface TargetItem {
  /** Document key; the outcome names it. */
  readonly key: string;
  readonly operation: 'write' | TakeDown;
  readonly resource: string;
  readonly store: string;
  /** Everything that is wanted, symbolic values included. Empty for a take-down. */
  readonly fields: JsonObject;
  /**
   * What the shop acknowledged last, or null where that is not known for certain (never sent, in
   * doubt, taken down): then the item is sent whole, and a creation looks the product up first.
   */
  readonly previous: JsonObject | null;
  /**
   * What was acknowledged last, even where `previous` is null because more may have happened since. Good for
   * knowing where to look and what to clean up, never for leaving something out.
   */
  readonly lastKnown: JsonObject | null;
  /** Fields of `previous` that are gone now and must be emptied (in a store view: inherited again). */
  readonly cleared: readonly string[];
  /** Every field this pipeline may ever set: the rest of the product belongs to the shop. */
  readonly owned: readonly string[];
  /** How the shop names the entity, where that is known. */
  readonly targetId: string | null;
  /** The natural key (`address`) it is or was last sent under; null where the resource has none. */
  readonly address: string | null;
  /** The document of the scope this one inherits from, where there is one. */
  readonly inherits: boolean;
  /** Rises with every send of this document: targets that compare versions get this number. */
  readonly sendNumber: number;
}

/** What the engine lends to a `write`. */
export interface WriteCall {
  /** Aborts when the lease no longer covers the request (rule 19) or the program stops. */
  readonly signal: AbortSignal;
  /** The shop's id of a referenced entity; undefined where it does not stand there yet. */
  resolve(reference: { readonly pipeline: string; readonly key: string }): string | undefined;
  /** Which of these ids of the shop are entities that pipelines of ours brought there: the rest is the shop's own. */
  managed(resource: string, targetIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Does work while nobody else, in no process of ours, does work under one of these names for this connection:
   * for what the shop lets one read, change and write back only as a whole. Not reentrant.
   */
  alone<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result>;
  /** A file from the source by its code; null where the source does not have it. */
  asset(code: string): Promise<Asset | null>;
}

/**
 * The shop side. `write` answers exactly one outcome per item, by key. It throws only when the
 * whole system is unusable (`errors.ts`); whatever was not answered then counts as unknown.
 */
export interface Target {
  check(signal: AbortSignal): Promise<CheckResult>;
  write(items: readonly TargetItem[], call: WriteCall): Promise<readonly Outcome[]>;
  close?(): Promise<void>;
}

/** An attribute the mapping fills, as the shop should know it. */
export interface WantedAttribute {
  /** Target path as in the document: `custom_attributes.color`. */
  readonly field: string;
  readonly kind: 'text' | 'textarea' | 'number' | 'boolean' | 'date' | 'option' | 'options' | 'price';
  /** Store → label, the base scope's store among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Values differ by store view. */
  readonly perStore: boolean;
  /** A variant axis somewhere. */
  readonly axis: boolean;
  /** Groups (families) that have it; null: all. */
  readonly groups: readonly string[] | null;
}

/** What the mapping expects the shop to know before documents arrive. */
export interface ProvisionPlan {
  readonly resource: string;
  readonly attributes: readonly WantedAttribute[];
  /** Families that become attribute sets or whatever the shop calls them. */
  readonly groups: readonly string[];
}

/** Ability: the target prepares the shop (attributes, sets). Looks up before it creates; safe to repeat. */
export interface Provisions {
  provision(plan: ProvisionPlan, signal: AbortSignal): Promise<{ readonly created: readonly string[] }>;
}

/** Ability: reads back what the shop holds of these documents now, field by field as in `TargetItem.fields`. */
export interface ReadsBack {
  read(
    documents: readonly { readonly key: string; readonly resource: string; readonly store: string; readonly targetId: string | null }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, JsonObject | null>>;
}

export interface TargetDefinition<Config = unknown> {
  readonly id: string;
  readonly title: string;
  readonly config: z.ZodType<Config>;
  readonly resources: readonly string[];
  /** Upper limits; a pipeline may ask for less. */
  readonly limits: { readonly maxItems: number; readonly maxBytes: number; readonly concurrency: number };
  /**
   * The natural key by which the shop tells objects of this resource apart (Magento: the SKU, without
   * case), folded for comparison; null where it has none. Two entities never own one address (rule 9).
   */
  address?(resource: string, fields: JsonObject): string | null;
  /** It asks `tools.gate` before each request, as HTTP clients do that it is handed to: only then may a connection have a `limit`. */
  readonly gated?: true;
  open(config: Config, tools: ConnectorTools): Promise<Target & Partial<Provisions & ReadsBack>>;
}

export type OpenTarget = Awaited<ReturnType<TargetDefinition['open']>>;

/** Declares a target connector; the types of `open`'s config follow from the schema. */
export function defineTarget<Config>(definition: TargetDefinition<Config>): TargetDefinition<Config> {
  return definition;
}

export type { Asset, Exchange, JsonObject, Outcome, OutcomeWarning };
