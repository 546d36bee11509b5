import type { Reference } from '../../model/document.js';

export type ForeseenAction = 'create' | 'update' | 'unchanged' | 'take-down' | 'rejected' | 'waits';

export interface FieldChange {
  readonly field: string;
  /** As JSON, shortened; null where there was or will be nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface Remark {
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
}

/** What a sync would do about one document; `document` is null where it is said of the entity as a whole. */
export interface ForeseenDocument {
  readonly entity: string;
  readonly document: string | null;
  readonly store: string | null;
  readonly action: ForeseenAction;
  /** The fields that differ from what the shop acknowledged last. */
  readonly fields: readonly FieldChange[];
  /** Why it is rejected or waits, or how it is taken down. */
  readonly reasons: readonly Remark[];
  /** What the mapping wants a person to know, though it is sent. */
  readonly notes: readonly Remark[];
}

/** What a sync would do about one entity, and what that depends on. */
export interface ForeseenEntity {
  readonly key: string;
  readonly documents: readonly ForeseenDocument[];
  /** It would be sent whole, so that the shop may have it as something new after that. */
  readonly appears: boolean;
  /** It would take something down, or empty it: the removal guard counts it. */
  readonly removes: boolean;
  /** Address of the shop that it would take or keep. */
  readonly address: { readonly resource: string; readonly address: string } | null;
  /** What must stand in the shop before it, and does not yet. */
  readonly lacks: readonly Reference[];
}

/** The same entity, not sent: it waits or is rejected with this reason. */
export function insteadOfSending(entity: ForeseenEntity, action: 'rejected' | 'waits', reason: Remark): ForeseenEntity {
  const documents = entity.documents.map((one) => (one.action === 'unchanged' ? one : { ...one, action, reasons: [reason] }));
  return { ...entity, documents, appears: false, removes: false, address: null };
}
