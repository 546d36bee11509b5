import { referencesIn } from '../model/document.js';
import { secondPassPriority } from '../queue-builder/initial-priority.js';
import type { NewEntry } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { dropUses, usersOf, type ReferenceTarget, type Use } from '../queue/sql/references.js';
import type { Announced } from './announce-intent.js';
import type { BatchReport, Shipment } from './batch.js';
import type { PipelineContext } from './pipeline-context.js';
import type { SentBatch } from './send-batch.js';

type Going = Extract<Announced, { kind: 'go' }>;

/**
 * Brings references together after a batch was settled: what came to stand in the shop, stands there under
 * another id than before, or went, is news to whoever refers to it. Who that is was written down before references were
 * resolved (`addUses`).
 */
export async function followUp(
  context: PipelineContext,
  going: readonly Going[],
  transferred: SentBatch,
  report: BatchReport,
): Promise<void> {
  const { pipeline, sql } = context;
  const settled = new Set(report.finished.flatMap(({ key, result }) => (result === 'settled' ? [key] : [])));
  await dropUses(
    sql,
    pipeline.name,
    going.flatMap((one) => (settled.has(one.plan.entry.key) ? formerUses(one) : [])),
  );
  const news = going.filter((one) => isNewsToUsers(one, transferred));
  const [first, others] = [true, false].map((isFirst) => news.filter(({ plan }) => (plan.entry.cause === 'initial') === isFirst));
  // Who gave its address up is known to its users by an id that is another's now.
  const gaveUp = going.flatMap(({ tookFrom }) => tookFrom ?? []);
  await wake(context, await usersOf(sql, [...(others ?? []).map(nameIn(pipeline.name)), ...gaveUp]), 0);
  const users = await usersOf(sql, (first ?? []).map(nameIn(pipeline.name)));
  const own = users.filter((user) => user.pipeline === pipeline.name);
  await wake(context, own, secondPassPriority(pipeline.queue.priority));
  await wake(
    context,
    users.filter((user) => !own.includes(user)),
    0,
  );
}

function nameIn(pipeline: string): (one: Going) => ReferenceTarget {
  return ({ plan }) => ({ pipeline, key: plan.entry.key });
}

/** What was referred to before and is not any more. Documents that stayed as they are may still refer to it: then nothing is said. */
function formerUses({ plan }: Going): Omit<Use, 'strength'>[] {
  if (plan.skipped.length > 0) return [];
  const now = new Set(plan.shipments.flatMap(({ document }) => document?.references.map(nameOf) ?? []));
  return plan.shipments
    .flatMap(({ plan: one }) => (one.kind === 'send' && one.lastKnown !== null ? referencesIn(one.lastKnown) : []))
    .filter((reference) => !now.has(nameOf(reference)))
    .map(({ pipeline, key }) => ({ entityKey: plan.entry.key, pipeline, key }));
}

function nameOf({ pipeline, key }: ReferenceTarget): string {
  return `${pipeline} ${key}`;
}

/** Whether others can refer to it now and could not before, know it by another id, or cannot refer to it any more. */
function isNewsToUsers({ plan, sends }: Going, { outcomes }: SentBatch): boolean {
  return plan.shipments.some(({ documentKey, document, plan: one }: Shipment) => {
    const outcome = outcomes.get(documentKey);
    if (document === null) return outcome?.kind === 'written' || outcome?.kind === 'unchanged';
    if (document.baseKey !== null || outcome?.kind !== 'written' || outcome.targetId === null) return false;
    return (one.kind === 'send' && !one.stood) || outcome.targetId !== sends.get(documentKey)?.targetId;
  });
}

async function wake(context: PipelineContext, entities: readonly ReferenceTarget[], priority: number): Promise<void> {
  if (entities.length === 0) return;
  const entries = entities.map((one): NewEntry => ({
    pipeline: one.pipeline,
    key: one.key,
    kind: 'updated',
    version: null,
    priority,
    changedFields: [],
  }));
  await enqueue(context.sql, { cause: 'reference', entries, hold: null, pass: null, run: null, move: null });
}
