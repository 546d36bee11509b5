import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../../model/json.js';
import type { EntryPlan, ResolvedReferences, Shipment } from '../batch.js';
import { removals } from '../guard-removals.js';
import { expectedId } from '../plan-batch.js';
import type { FieldChange, ForeseenDocument, ForeseenEntity, Remark } from './foreseen.js';

const longest = 80;

/** Says of one plan what would happen if it were carried out. Pure; nothing of the record itself is kept. */
export function describePlan(
  plan: EntryPlan,
  remarks: { readonly errors: readonly Remark[]; readonly notes: readonly Remark[] },
  references: ResolvedReferences,
): ForeseenEntity {
  const entity = plan.entry.key;
  const none = { appears: false, removes: false, address: null, lacks: [] };
  if (plan.kind === 'decided') {
    const action = plan.disposition.kind === 'dead' ? 'rejected' : 'waits';
    const reasons = remarks.errors.length > 0 ? remarks.errors : plan.error ? [plan.error] : [];
    return { key: entity, ...none, documents: [{ ...wholeEntity(entity), action, reasons, notes: remarks.notes }] };
  }
  const skipped = plan.skipped.map(({ documentKey }): ForeseenDocument => ({
    ...wholeEntity(entity),
    document: documentKey,
    action: 'unchanged',
  }));
  if (plan.kind === 'unchanged')
    return { key: entity, ...none, documents: withNotes(skipped.length > 0 ? skipped : [wholeEntity(entity)], remarks.notes) };
  const isNew = plan.shipments.some((one) => one.document?.baseKey === null && one.plan.kind === 'send' && one.plan.lastKnown === null);
  const sent = plan.shipments.map((shipment) => describeShipment(entity, shipment, isNew));
  const strong = plan.shipments.flatMap(({ document }) => document?.references.filter((one) => one.strength === 'strong') ?? []);
  return {
    key: entity,
    documents: withNotes([...sent, ...skipped], remarks.notes),
    appears: plan.shipments.some((one) => one.plan.kind === 'send' && !one.plan.stood),
    removes: removals(plan).size > 0,
    address: null,
    lacks: strong.filter((one) => [undefined, expectedId].includes(references.get(one.pipeline, one.key))),
  };
}

function describeShipment(entity: string, shipment: Shipment, isNew: boolean): ForeseenDocument {
  const { documentKey, store } = shipment;
  const base = { entity, document: documentKey, store, notes: [] };
  if (shipment.document === null) {
    const { how, why } = shipment.plan;
    const message = `by the delete policy for what is ${why}: ${how}`;
    return { ...base, action: 'take-down', fields: [], reasons: [{ field: null, code: how, message }] };
  }
  const { document, plan } = shipment;
  // A store view without a value of its own inherits everything from what is made with it: nothing is sent for it.
  if (isNew && document.baseKey !== null && Object.keys(document.fields).length === 0)
    return { ...base, action: 'unchanged', fields: [], reasons: [] };
  const fields = fieldChanges(plan.lastKnown ?? {}, document.fields);
  return { ...base, action: plan.lastKnown === null ? 'create' : 'update', fields, reasons: [] };
}

/** Field by field, in the order of the mapping, what is gone at the end. */
export function fieldChanges(before: JsonObject, after: JsonObject): FieldChange[] {
  const fields = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return fields
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, before: shortened(before[field]), after: shortened(after[field]) }));
}

function shortened(value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function withNotes(documents: readonly ForeseenDocument[], notes: readonly Remark[]): ForeseenDocument[] {
  return documents.map((document, at) => (at === 0 ? { ...document, notes } : document));
}

function wholeEntity(entity: string): ForeseenDocument {
  return { entity, document: null, store: null, action: 'unchanged', fields: [], reasons: [], notes: [] };
}
