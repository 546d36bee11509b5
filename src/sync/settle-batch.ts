import { secrets } from '../logging/secrets.js';
import type { Outcome } from '../model/outcome.js';
import type { SettledDocument, SettledEntry, SettleResult } from '../queue/entry.js';
import { settle } from '../queue/sql/settle.js';
import type { Announced } from './announce-intent.js';
import type { BatchReport, EntryPlan, FinishedEntry, PlannedBatch, Shipment, Withheld } from './batch.js';
import { entryDisposition, mirrorResult } from './entry-disposition.js';
import { heldBack } from './freeze/frozen-plans.js';
import { removalHeld } from './guard-removals.js';
import type { PipelineContext } from './pipeline-context.js';
import type { SentBatch } from './send-batch.js';
import { failedExchange, type SentDocument } from './runs/failed-exchange.js';
import type { Incident } from './runs/incident.js';

type Error = SettledEntry['error'];

/** Applies what the shop said: the mirror by send number, the entries by revision and token, in one statement (rule 5). */
export async function settleBatch(
  context: PipelineContext,
  batch: PlannedBatch,
  announced: readonly Announced[],
  transferred: SentBatch,
): Promise<{ report: BatchReport; incidents: Incident[] }> {
  const entries = [
    ...batch.plans.flatMap((plan) => (plan.kind === 'ship' ? [] : [withoutShipping(plan)])),
    ...announced.map((one) => afterShipping(context, one, transferred.outcomes)),
  ];
  const documents = announced.flatMap((one) => (one.kind === 'go' ? settledDocuments(context, one, transferred) : []));
  const result = await settle(context.sql, {
    connection: context.pipeline.target.connection,
    pipeline: context.pipeline.name,
    mapping: context.mapping,
    documents,
    entries,
  });
  const removed = new Set(
    announced.filter((one) => one.plan.shipments.every((shipment) => shipment.document === null)).map((one) => one.plan.entry.key),
  );
  const finished = batch.plans.map((plan): FinishedEntry => ({
    key: plan.entry.key,
    run: plan.entry.run,
    result: resultOf(plan, entries, result, removed),
    outcomes: outcomesOf(plan, transferred.outcomes),
  }));
  return { report: { failure: transferred.failure, finished }, incidents: incidentsOf(announced, transferred.outcomes, entries) };
}

function outcomesOf(plan: EntryPlan, outcomes: ReadonlyMap<string, Outcome>): Outcome[] {
  return plan.kind === 'ship' ? plan.shipments.flatMap(({ documentKey }) => outcomes.get(documentKey) ?? []) : [];
}

function withoutShipping(plan: Exclude<EntryPlan, { kind: 'ship' }>): SettledEntry {
  const fence = { key: plan.entry.key, revision: plan.entry.revision, token: plan.entry.token };
  if (plan.kind === 'unchanged') return { ...fence, disposition: { kind: 'done' }, error: null, skipped: plan.skipped };
  return { ...fence, disposition: plan.disposition, error: plan.error, skipped: [] };
}

function afterShipping(context: PipelineContext, one: Announced, outcomes: ReadonlyMap<string, Outcome>): SettledEntry {
  const { entry, shipments, skipped } = one.plan;
  const fence = { key: entry.key, revision: entry.revision, token: entry.token };
  switch (one.kind) {
    case 'superseded':
    case 'stale':
      return { ...fence, disposition: { kind: 'release' }, error: null, skipped: [] };
    case 'owned': {
      const error = addressTaken(one.owner);
      return { ...fence, ...contested(context, entry.staleSinceMs, error), skipped: [] };
    }
    case 'go': {
      const said = shipments.flatMap((shipment) => outcomes.get(shipment.documentKey) ?? []);
      return {
        ...fence,
        ...frozenOver(one.plan.frozen, heldOver(one.plan.withheld, entryDisposition(said, entry.attempts, context.pipeline.retry))),
        skipped,
      };
    }
  }
}

/** The rest of it stands: what it would remove still waits. */
function heldOver(
  withheld: Withheld | undefined,
  result: Pick<SettledEntry, 'disposition' | 'error'>,
): Pick<SettledEntry, 'disposition' | 'error'> {
  if (withheld === undefined || result.disposition.kind !== 'done') return result;
  return { disposition: { kind: 'held', set: withheld.set }, error: removalHeld(withheld.reason) };
}

/** What was sent of it stands, or was refused: the rest still waits, and is tried whole then. */
function frozenOver(
  frozen: string | undefined,
  result: Pick<SettledEntry, 'disposition' | 'error'>,
): Pick<SettledEntry, 'disposition' | 'error'> {
  if (frozen === undefined || !['done', 'dead', 'held'].includes(result.disposition.kind)) return result;
  return heldBack(result.error === null ? frozen : `${frozen}; of what was sent: ${result.error.message}`);
}

/** Why an entity does not go to the address it wants. */
export function addressTaken(owner: { readonly pipeline: string; readonly key: string }): Exclude<Error, null> {
  return { code: 'address_taken', message: `its address in the shop belongs to ${owner.pipeline} ${owner.key}`, field: null };
}

/** An owner may be about to give its address up (its own change is on the way): wait as long as the source may lag, then say whose it is. */
function contested(
  context: PipelineContext,
  waitedMs: number | null,
  error: Exclude<Error, null>,
): Pick<SettledEntry, 'disposition' | 'error'> {
  const patience = Math.min(context.pipeline.retry.settleLagMs, 10_000);
  if (waitedMs !== null && waitedMs > patience) return { disposition: { kind: 'dead' }, error };
  return { disposition: { kind: 'retry', afterMs: 1_000, attempt: false, stale: true }, error };
}

function settledDocuments(
  context: PipelineContext,
  { plan, sends }: Extract<Announced, { kind: 'go' }>,
  { outcomes, refDigests }: SentBatch,
): SettledDocument[] {
  return plan.shipments.flatMap((shipment) => {
    const outcome = outcomes.get(shipment.documentKey);
    const send = sends.get(shipment.documentKey);
    if (!outcome || !send) return [];
    return [
      {
        documentKey: shipment.documentKey,
        sendNumber: send.sendNumber,
        result: mirrorResult(outcome),
        hash: shipment.document?.hash ?? 'gone',
        refDigest: refDigests.get(shipment.documentKey) ?? null,
        text: shipment.document?.text ?? null,
        targetId: outcome.kind === 'written' ? outcome.targetId : null,
        named: send.named && outcome.kind === 'written' && outcome.targetId === send.targetId,
        address: claimedAddress(context, shipment),
        takenDown: shipment.plan.kind === 'take-down' ? shipment.plan.how : null,
      },
    ];
  });
}

function claimedAddress(context: PipelineContext, shipment: Shipment): string | null {
  const { document } = shipment;
  if (!document || document.baseKey !== null) return null;
  return context.targetDefinition.address?.(document.resource, document.fields) ?? null;
}

function resultOf(
  plan: EntryPlan,
  entries: readonly SettledEntry[],
  result: SettleResult,
  removed: ReadonlySet<string>,
): FinishedEntry['result'] {
  const { key } = plan.entry;
  if (result.lost.includes(key)) return 'lost';
  if (result.renewed.includes(key)) return 'delivered';
  const disposition = entries.find((entry) => entry.key === key)?.disposition.kind;
  switch (disposition) {
    case 'done':
      return plan.kind === 'unchanged' ? 'unchanged' : removed.has(key) ? 'removed' : 'settled';
    case 'dead':
      return 'dead';
    case 'absent':
      return 'absent';
    case 'park':
      return 'parked';
    case 'held':
      return 'held';
    default:
      return 'retried';
  }
}

function incidentsOf(
  announced: readonly Announced[],
  outcomes: ReadonlyMap<string, Outcome>,
  entries: readonly SettledEntry[],
): Incident[] {
  const entityOf = new Map(
    announced.flatMap((one) => one.plan.shipments.map((shipment) => [shipment.documentKey, one.plan.entry.key] as const)),
  );
  const shipments = new Map(announced.flatMap((one) => one.plan.shipments.map((shipment) => [shipment.documentKey, shipment] as const)));
  const fromOutcomes = [...outcomes.values()].flatMap((outcome): Incident[] => {
    const base = { entityKey: entityOf.get(outcome.key) ?? outcome.key, documentKey: outcome.key, stage: 'transfer' as const };
    if (outcome.kind === 'written')
      return (outcome.warnings ?? []).map((warning) => ({ ...base, severity: 'warning', class: 'remark', context: null, ...warning }));
    if (outcome.kind === 'unchanged' || outcome.kind === 'submitted') return [];
    const severity = outcome.kind === 'rejected' || outcome.kind === 'conflict' ? 'error' : 'warning';
    const field = outcome.kind === 'rejected' ? (outcome.field ?? null) : null;
    const shipment = shipments.get(outcome.key);
    const context = shipment ? failedExchange(sentOf(shipment), field, outcome.exchange, (text) => secrets.hide(text)) : null;
    return [{ ...base, severity, class: outcome.kind, code: outcome.code, field, message: outcome.message, context }];
  });
  const taken = entries.flatMap((entry): Incident[] =>
    entry.error?.code === 'address_taken' && entry.disposition.kind === 'dead'
      ? [
          {
            entityKey: entry.key,
            documentKey: null,
            stage: 'transfer',
            severity: 'error',
            class: 'conflict',
            context: null,
            ...entry.error,
          },
        ]
      : [],
  );
  return [...fromOutcomes, ...taken];
}

function sentOf({ plan, resource, store, document }: Shipment): SentDocument {
  return { operation: plan.kind === 'take-down' ? plan.how : 'write', resource, store, fields: document?.fields ?? {} };
}
