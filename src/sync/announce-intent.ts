import type { IntendedDocument, IntentResult } from '../queue/entry.js';
import { intend } from '../queue/sql/intend.js';
import type { ReferenceTarget } from '../queue/sql/references.js';
import type { EntryPlan, PlannedBatch, Shipment } from './batch.js';
import { fetchKeys } from './fetch-newest.js';
import type { PipelineContext } from './pipeline-context.js';

export type ShippingPlan = Extract<EntryPlan, { kind: 'ship' }>;

/** What the intent said of one entry: all its documents go, or none does. */
export type Announced =
  | {
      readonly kind: 'go';
      readonly plan: ShippingPlan;
      readonly sends: ReadonlyMap<string, Extract<IntentResult, { kind: 'send' }>>;
      /** Whose address it takes over. */
      readonly tookFrom: ReferenceTarget | null;
    }
  | { readonly kind: 'superseded' | 'stale'; readonly plan: ShippingPlan }
  | { readonly kind: 'owned'; readonly plan: ShippingPlan; readonly owner: { readonly pipeline: string; readonly key: string } };

/**
 * States what is about to be sent, before it is sent (rule 3). Where an address belongs to another
 * entity, that entity is looked at: only one that does not want it any more (deleted, renamed, swapped)
 * gives it up (rule 9).
 */
export async function announceIntent(context: PipelineContext, batch: PlannedBatch): Promise<Announced[]> {
  const plans = batch.plans.filter((plan): plan is ShippingPlan => plan.kind === 'ship');
  if (plans.length === 0) return [];
  const first = await announce(context, plans, new Map());
  const contested = first.filter((one): one is Extract<Announced, { kind: 'owned' }> => one.kind === 'owned');
  if (contested.length === 0) return first;
  const claims = contested.map(({ plan, owner }) => ({ claimant: plan.entry.key, address: claimedAddress(context, plan), owner }));
  const yielding = await whoYields(context, claims, batch.claimed.lease.signal);
  if (yielding.size === 0) return first;
  const again = await announce(
    context,
    contested.filter((one) => yielding.has(one.plan.entry.key)).map((one) => one.plan),
    yielding,
  );
  return [...first.filter((one) => !yielding.has(one.plan.entry.key)), ...again];
}

async function announce(
  context: PipelineContext,
  plans: readonly ShippingPlan[],
  takeFrom: ReadonlyMap<string, { pipeline: string; key: string }>,
): Promise<Announced[]> {
  const documents = plans.flatMap((plan) =>
    plan.shipments.map((shipment) => intended(context, plan, shipment, takeFrom.get(plan.entry.key) ?? null)),
  );
  const { pipeline, mapping, sql } = context;
  const results = await intend(sql, { connection: pipeline.target.connection, pipeline: pipeline.name, mapping, documents });
  const byKey = new Map(results.map((result) => [result.documentKey, result]));
  return plans.map((plan) =>
    verdict(
      plan,
      plan.shipments.map((shipment) => byKey.get(shipment.documentKey)),
      takeFrom.get(plan.entry.key) ?? null,
    ),
  );
}

function verdict(plan: ShippingPlan, results: readonly (IntentResult | undefined)[], tookFrom: ReferenceTarget | null): Announced {
  const sends = new Map<string, Extract<IntentResult, { kind: 'send' }>>();
  for (const result of results) {
    if (result?.kind === 'owned') return { kind: 'owned', plan, owner: result.owner };
    if (result?.kind === 'stale') return { kind: 'stale', plan };
    if (result?.kind === 'send') sends.set(result.documentKey, result);
  }
  return sends.size === plan.shipments.length ? { kind: 'go', plan, sends, tookFrom } : { kind: 'superseded', plan };
}

function intended(
  context: PipelineContext,
  plan: ShippingPlan,
  shipment: Shipment,
  takeFrom: { pipeline: string; key: string } | null,
): IntendedDocument {
  const { document } = shipment;
  const isBase = document !== null && document.baseKey === null;
  return {
    entityKey: plan.entry.key,
    revision: plan.entry.revision,
    token: plan.entry.token,
    documentKey: shipment.documentKey,
    resource: shipment.resource,
    store: shipment.store,
    state: document ? 'live' : 'gone',
    hash: document?.hash ?? 'gone',
    address: isBase ? (context.targetDefinition.address?.(shipment.resource, document.fields) ?? null) : null,
    takeFrom: isBase ? takeFrom : null,
    readNumber: plan.readNumber,
  };
}

/** An address that is wanted by one entity and belongs to another. */
export interface ContestedAddress {
  /** Key of the entity that wants it. */
  readonly claimant: string;
  readonly address: string | null;
  readonly owner: { readonly pipeline: string; readonly key: string };
}

/** Owners that, read now, no longer want the address: the claimant's key → the owner it is taken from. Only reads. */
export async function whoYields(
  context: PipelineContext,
  contested: readonly ContestedAddress[],
  signal: AbortSignal,
): Promise<Map<string, { pipeline: string; key: string }>> {
  const yielding = new Map<string, { pipeline: string; key: string }>();
  for (const pipelineName of new Set(contested.map((one) => one.owner.pipeline))) {
    const owning = context.sibling(pipelineName);
    if (!owning) continue;
    const claims = contested.filter((one) => one.owner.pipeline === pipelineName);
    const evidence = await fetchKeys(
      owning,
      claims.map((one) => one.owner.key),
      signal,
    );
    for (const { claimant, address, owner } of claims) {
      const seen = evidence.get(owner.key);
      const wants = seen?.kind === 'record' ? wantedAddress(owning, seen.record) : seen?.kind === 'absent' ? null : undefined;
      if (wants !== undefined && wants !== address) yielding.set(claimant, owner);
    }
  }
  return yielding;
}

/** The address in the shop that an entity is to have; null where its resource has none, or it is taken down. */
export function claimedAddress(context: PipelineContext, plan: ShippingPlan): string | null {
  const base = plan.shipments.find((shipment) => shipment.document?.baseKey === null)?.document;
  return base ? (context.targetDefinition.address?.(base.resource, base.fields) ?? null) : null;
}

/** The address an entity wants by its newest record; null for none, undefined where that cannot be told. */
function wantedAddress(owning: PipelineContext, record: Parameters<PipelineContext['pipeline']['map']>[0]): string | null | undefined {
  const mapped = owning.pipeline.map(record);
  if (mapped.kind === 'excluded') return undefined;
  if (mapped.kind === 'rejected') return undefined;
  const base = mapped.documents.find((document) => document.baseKey === null);
  return base ? (owning.targetDefinition.address?.(base.resource, base.fields) ?? null) : undefined;
}
