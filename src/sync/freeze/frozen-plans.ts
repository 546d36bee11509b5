import { createHash } from 'node:crypto';
import { rejectedMark } from '../../mirror/diff.js';
import { referencesIn, type MappedDocument } from '../../model/document.js';
import type { JsonObject } from '../../model/json.js';
import type { Freeze } from '../../queue/sql/freezes.js';
import type { EntryPlan, ResolvedReferences, Shipment } from '../batch.js';
import { refDigest } from '../plan-batch.js';

/** Held back until the shop is unfrozen; looked at again in between, so that nothing depends on somebody being told. */
const nextCheckMs = 15 * 60_000;

/**
 * What may leave for a frozen shop (ADR 17): of what stands there the named fields, and of everything else what was delivered last. What is new, what is to
 * be taken down, and what nobody knows for certain to stand there as it was delivered, waits. Of an entry that anything is held back of nothing is settled. Pure.
 */
export function frozenPlans(plans: readonly EntryPlan[], freeze: Freeze, references: ResolvedReferences): EntryPlan[] {
  return plans.map((plan): EntryPlan => {
    if (plan.kind !== 'ship') return plan;
    const going = plan.shipments.map((shipment) => frozenShipment(shipment, freeze.except, references));
    if (going.every((one, index) => one === plan.shipments[index])) return plan;
    const message = `${freeze.by} froze the shop${freeze.reason === null ? '' : ` (${freeze.reason})`}`;
    const shipments = going.filter((one) => one !== null);
    if (shipments.length > 0) return { ...plan, shipments, frozen: message };
    return { kind: 'decided', entry: plan.entry, ...heldBack(message) };
  });
}

/** What becomes of an entry whose rest waits. */
export function heldBack(message: string): Pick<Extract<EntryPlan, { kind: 'decided' }>, 'disposition' | 'error'> {
  return { disposition: { kind: 'park', afterMs: nextCheckMs }, error: { code: 'frozen', message, field: null } };
}

/** The same where all of it may go; null where nothing of it may. */
function frozenShipment(shipment: Shipment, except: readonly string[], references: ResolvedReferences): Shipment | null {
  const { document, plan } = shipment;
  if (document === null || plan.previous === null) return null;
  const isListed = (field: string): boolean => except.some((name) => field === name || field.startsWith(`${name}.`));
  const changed = plan.changed.filter(isListed);
  const cleared = plan.cleared.filter(isListed);
  if (changed.length === plan.changed.length && cleared.length === plan.cleared.length) return shipment;
  if (changed.length + cleared.length === 0) return null;
  const frozen = frozenDocument(document, plan.previous, new Set([...changed, ...cleared]));
  // Refused before (rule 17): it waits for the rest.
  if (plan.rejected === rejectedMark(frozen.hash, refDigest(frozen, references))) return null;
  return { ...shipment, document: frozen, plan: { ...plan, changed, cleared } };
}

/** As it was delivered, but for these fields; in the mapping's order, so that it is equal to what the mapping makes where nothing else differs. */
function frozenDocument(document: MappedDocument, delivered: JsonObject, going: ReadonlySet<string>): MappedDocument {
  const wanted = Object.entries(document.fields).filter(([field]) => going.has(field) || field in delivered);
  const fields: JsonObject = {
    ...Object.fromEntries(wanted.map(([field, value]) => [field, going.has(field) ? value : (delivered[field] ?? value)])),
    ...Object.fromEntries(Object.entries(delivered).filter(([field]) => !(field in document.fields) && !going.has(field))),
  };
  const text = JSON.stringify(fields);
  return { ...document, fields, text, hash: createHash('sha256').update(text).digest('hex'), references: referencesIn(fields) };
}
