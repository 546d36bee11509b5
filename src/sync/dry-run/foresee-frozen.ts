import type { EntryPlan } from '../batch.js';
import { insteadOfSending, type ForeseenDocument, type ForeseenEntity, type Remark } from './foreseen.js';

/**
 * Says of a plan that a freeze left this much of (ADR 17) what goes now and, beside it, what waits until the shop is unfrozen. The same plan twice: nothing
 * waits. Pure.
 */
export function foreseeFrozen(wanted: EntryPlan, going: EntryPlan, describe: (plan: EntryPlan) => ForeseenEntity): ForeseenEntity {
  const whole = describe(wanted);
  if (going === wanted) return whole;
  if (going.kind === 'decided' && going.error !== null) return insteadOfSending(whole, 'waits', asRemark(going.error));
  const now = describe(going);
  const reason = { field: null, code: 'frozen', message: going.kind === 'ship' ? (going.frozen ?? '') : '' };
  return { ...now, documents: [...now.documents, ...whole.documents.flatMap((one) => waiting(one, now.documents, reason))] };
}

function waiting(wanted: ForeseenDocument, now: readonly ForeseenDocument[], reason: Remark): ForeseenDocument[] {
  if (wanted.action === 'unchanged') return [];
  const going = now.find(({ document }) => document === wanted.document);
  const fields = wanted.fields.filter(({ field }) => !going?.fields.some((one) => one.field === field));
  return going && fields.length === 0 ? [] : [{ ...wanted, action: 'waits', fields, reasons: [reason], notes: [] }];
}

function asRemark({ field, code, message }: Remark): Remark {
  return { field, code, message };
}
