import type { Reference } from '../model/document.js';
import type { Outcome } from '../model/outcome.js';
import type { NewEntry } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { resolveReferences, waitingFor, writeReferences, type UnresolvedReference } from '../queue/sql/references.js';
import type { Transferred } from '../transfer/transfer.js';
import type { PlannedBatch } from './batch.js';
import type { PipelineContext } from './pipeline-context.js';

/**
 * Brings references together after a batch was settled. What could not be resolved is written down
 * first, and only then looked up once more, while whoever creates the other end stands in the shop first
 * and then looks up who waits: whichever of the two comes second sees the other (rule 22).
 */
export async function followUp(context: PipelineContext, batch: PlannedBatch, transferred: Transferred): Promise<void> {
  const { pipeline, sql } = context;
  const entities = batch.plans.filter((plan) => plan.kind !== 'decided').map((plan) => plan.entry.key);
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

function mayHaveReferences(context: PipelineContext): boolean {
  return context.pipeline.dependsOn.length > 0;
}

/** What did not resolve, also when it came to stand there a moment after the item was held back for it. */
function unresolvedReferences(batch: PlannedBatch, transferred: Transferred): UnresolvedReference[] {
  return batch.plans.flatMap((plan) => {
    if (plan.kind !== 'ship') return [];
    const references = plan.shipments.flatMap((shipment): readonly Reference[] => shipment.document?.references ?? []);
    const heldBack = plan.shipments.some((shipment) => codeOf(transferred.outcomes.get(shipment.documentKey)) === 'reference_missing');
    const open = references.filter(
      (reference) => (heldBack && reference.strength === 'strong') || batch.references.get(reference.pipeline, reference.key) === undefined,
    );
    return [
      ...new Map(open.map((reference) => [`${reference.pipeline} ${reference.key}`, { entityKey: plan.entry.key, ...reference }])).values(),
    ];
  });
}

function codeOf(outcome: Outcome | undefined): string | null {
  return outcome && 'code' in outcome ? outcome.code : null;
}

/** Entities the shop has taken in for the first time with this batch. */
function created(context: PipelineContext, batch: PlannedBatch, transferred: Transferred): { pipeline: string; key: string }[] {
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
