import { isEmptied } from '../removals/is-emptied.js';
import { isHarmless } from '../removals/sql/judge-set.js';
import { reserveRemovals } from '../removals/sql/reserve-removals.js';
import { collectingSet, heldSet } from '../removals/sql/sets.js';
import type { EntryPlan, PlannedBatch, Shipment } from './batch.js';
import { endOverdue, feedsOf } from './judge-collected.js';
import type { PipelineContext } from './pipeline-context.js';

type ShippingPlan = Extract<EntryPlan, { kind: 'ship' }>;

/**
 * Lets of a batch's removals go what may (rule 13). What a run removes is gathered until the run is through, and judged as one
 * set then; what events brought, or what belongs to a run that cannot remove too much any more, is taken from the
 * budget of 24 hours, all of the batch or none. What may not go waits in a set, and everything else of the batch goes on.
 */
export async function guardRemovals(context: PipelineContext, batch: PlannedBatch): Promise<PlannedBatch> {
  const removing = batch.plans.filter(
    (plan): plan is ShippingPlan => plan.kind === 'ship' && !plan.entry.granted && removals(plan).size > 0,
  );
  if (removing.length === 0) return batch;
  const sets = await setsOf(context, removing);
  const gathered = removing.flatMap((plan): [EntryPlan, EntryPlan][] => {
    const set = sets.get(plan.entry.run);
    return set === undefined ? [] : [[plan, withhold(plan, set, 'it is decided with all that its run removes')]];
  });
  const others = removing.filter((plan) => !sets.has(plan.entry.run));
  const held = new Map<EntryPlan, EntryPlan>([...gathered, ...(await reserve(context, others))]);
  return { ...batch, plans: batch.plans.map((plan) => held.get(plan) ?? plan) };
}

/** By run: the set that gathers what it removes; none for what may be taken from the budget at once. */
async function setsOf(context: PipelineContext, plans: readonly ShippingPlan[]): Promise<Map<number | null, number>> {
  const { sql, pipeline } = context;
  const sets = new Map<number | null, number>();
  for (const run of new Set(plans.map(({ entry }) => entry.run))) {
    if (run === null || (await isHarmless(sql, pipeline.name, run, feedsOf(context), pipeline.deletes))) continue;
    sets.set(run, await collectingSet(sql, pipeline.name, run));
  }
  return sets;
}

async function reserve(context: PipelineContext, plans: readonly ShippingPlan[]): Promise<[EntryPlan, EntryPlan][]> {
  if (plans.length === 0) return [];
  const { pipeline, sql, log } = context;
  const entries = plans.map(({ entry }) => entry);
  const reservation = await reserveRemovals(sql, pipeline.name, entries, pipeline.deletes);
  if (reservation.kind === 'granted') return [];
  // What is overdue would be held for another day together with these.
  await endOverdue(context);
  const { id, first } = await heldSet(sql, pipeline.name, reservation.reason);
  if (first) log.error('removals are held for a person', { pipeline: pipeline.name, set: id, reason: reservation.reason });
  return plans.map((plan) => [plan, withhold(plan, id, reservation.reason)]);
}

/** The same plan without what it removes. */
function withhold(plan: ShippingPlan, set: number, reason: string): EntryPlan {
  const removed = removals(plan);
  const shipments = plan.shipments.filter((shipment) => !removed.has(shipment));
  if (shipments.length > 0) return { ...plan, shipments, withheld: { set, reason } };
  return { kind: 'decided', entry: plan.entry, disposition: { kind: 'held', set }, error: removalHeld(reason) };
}

/** Why an entry waits in a set. */
export function removalHeld(message: string): { readonly code: string; readonly message: string; readonly field: null } {
  return { code: 'removal_held', message, field: null };
}

/** What of a plan removes something from the shop: take-downs, documents that lose most of what they had, and what goes with those. */
export function removals({ shipments }: ShippingPlan): ReadonlySet<Shipment> {
  const written = new Set(shipments.flatMap(({ document }) => document?.key ?? []));
  const removed = new Set(shipments.filter((shipment) => isRemoval(shipment, written)));
  const keys = new Set([...removed].map(({ documentKey }) => documentKey));
  for (const shipment of shipments) {
    const goesWith = shipment.document ? shipment.document.baseKey : shipment.plan.with;
    if (goesWith !== null && keys.has(goesWith)) removed.add(shipment);
  }
  return removed;
}

/** A document whose place another of the same entity takes is a change of it, and removes nothing. */
function isRemoval({ document, plan }: Shipment, written: ReadonlySet<string>): boolean {
  if (plan.kind === 'take-down') return plan.with === null || !written.has(plan.with);
  return document !== null && plan.lastKnown !== null && isEmptied(plan.lastKnown, document.fields);
}
