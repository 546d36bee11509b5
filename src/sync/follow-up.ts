import type { Reference } from '../model/document.js';
import type { Outcome } from '../model/outcome.js';
import type { NewEntry } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { resolveReferences, waitingFor, writeReferences, type UnresolvedReference } from '../queue/sql/references.js';
import type { EntryPlan, PlannedBatch, Shipment } from './batch.js';
import type { PipelineContext } from './pipeline-context.js';
import type { SentBatch } from './send-batch.js';

/**
 * Brings references together after a batch was settled. What could not be resolved is written down
 * first, and only then looked up once more, while whoever creates the other end stands in the shop first
 * and then looks up who waits: whichever of the two comes second sees the other (rule 22).
 */
export async function followUp(context: PipelineContext, batch: PlannedBatch, transferred: SentBatch): Promise<void> {
  const { pipeline, sql } = context;
  const entities = batch.plans.filter(decidesReferences).map((plan) => plan.entry.key);
  const unresolved = unresolvedReferences(batch, transferred);
  if (mayHaveReferences(context)) await writeReferences(sql, pipeline.name, entities, unresolved);
  const appeared =
    unresolved.length > 0
      ? await resolveReferences(
          sql,
          pipeline.target.connection,
          unresolved.map(({ pipeline: name, key }) => ({ pipeline: name, key })),
        )
      : [];
  const nowThere = new Set(appeared.map((one) => `${one.pipeline} ${one.key.toLowerCase()}`));
  const late = unresolved
    .filter((one) => nowThere.has(`${one.pipeline} ${one.key.toLowerCase()}`))
    .map((one) => ({ pipeline: pipeline.name, key: one.entityKey }));
  const waiting = await waitingFor(sql, created(context, batch, transferred));
  await wake(context, [...waiting, ...late]);
}

/** What stands in the shop unchanged goes on waiting for what it waited for: nothing of it left, so that nothing was found to be open. */
function decidesReferences(plan: EntryPlan): boolean {
  return plan.kind === 'ship' || (plan.kind === 'unchanged' && plan.skipped.length === 0);
}

function mayHaveReferences(context: PipelineContext): boolean {
  return context.pipeline.dependsOn.length > 0;
}

/** What did not resolve when its document left, also when it came to stand there a moment after that. */
function unresolvedReferences(batch: PlannedBatch, transferred: SentBatch): UnresolvedReference[] {
  return batch.plans.flatMap((plan) => {
    if (plan.kind !== 'ship') return [];
    const open = plan.shipments.flatMap((shipment) => openReferences(batch, shipment, transferred));
    return [
      ...new Map(open.map((reference) => [`${reference.pipeline} ${reference.key}`, { entityKey: plan.entry.key, ...reference }])).values(),
    ];
  });
}

function openReferences(batch: PlannedBatch, { documentKey, document }: Shipment, transferred: SentBatch): readonly Reference[] {
  const sent = transferred.references.get(documentKey);
  if (sent) return sent.open;
  const heldBack = codeOf(transferred.outcomes.get(documentKey)) === 'reference_missing';
  const isOpen = ({ pipeline, key, strength }: Reference): boolean =>
    (heldBack && strength === 'strong') || batch.references.get(pipeline, key) === undefined;
  return (document?.references ?? []).filter(isOpen);
}

function codeOf(outcome: Outcome | undefined): string | null {
  return outcome && 'code' in outcome ? outcome.code : null;
}

/** Entities the shop has taken in for the first time with this batch. */
function created(context: PipelineContext, batch: PlannedBatch, transferred: SentBatch): { pipeline: string; key: string }[] {
  return batch.plans.flatMap((plan) => {
    if (plan.kind !== 'ship') return [];
    const isNew = plan.shipments.some((shipment) => {
      const outcome = transferred.outcomes.get(shipment.documentKey);
      return shipment.plan.kind === 'send' && shipment.plan.previous === null && outcome?.kind === 'written';
    });
    return isNew ? [{ pipeline: context.pipeline.name, key: plan.entry.key }] : [];
  });
}

async function wake(context: PipelineContext, entities: readonly { readonly pipeline: string; readonly key: string }[]): Promise<void> {
  if (entities.length === 0) return;
  const entries = entities.map((one): NewEntry => ({
    pipeline: one.pipeline,
    key: one.key,
    kind: 'updated',
    version: null,
    priority: 0,
    changedFields: [],
  }));
  await enqueue(context.sql, { cause: 'reference', entries, hold: null, pass: null, run: null, move: null });
}
