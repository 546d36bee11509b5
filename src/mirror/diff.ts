import { isDeepStrictEqual } from 'node:util';
import type { MappedDocument } from '../model/document.js';
import type { JsonObject } from '../model/json.js';
import type { MirrorRow } from './sql/read-mirror.js';

/** What is to be done about one document of an entity. */
export type DocumentPlan =
  /** The shop holds exactly this. */
  | { readonly kind: 'skip'; readonly documentKey: string; readonly sendNumber: number }
  | {
      readonly kind: 'send';
      readonly documentKey: string;
      /** What the shop acknowledged last; null where what it holds is not known for certain, and then everything goes. */
      readonly previous: JsonObject | null;
      /** What the shop acknowledged last, certain or not. */
      readonly lastKnown: JsonObject | null;
      /** Whether it stood in the shop before, at the same address: others may know it by the id it has there. */
      readonly stood: boolean;
      /** Fields whose value differs from what was acknowledged last. */
      readonly changed: readonly string[];
      /** Fields that were delivered and are not wanted any more. */
      readonly cleared: readonly string[];
      /** What the shop refused of it last, as the mirror remembers it; left out where it refused nothing. */
      readonly rejected?: string;
    }
  /** The shop refused exactly this content before (rule 17). */
  | { readonly kind: 'rejected-before'; readonly documentKey: string }
  /** An inheriting document without a value of its own, of which the shop has nothing. */
  | { readonly kind: 'nothing'; readonly documentKey: string }
  /**
   * The shop has it, or may have it, and the mapping no longer makes it: a scope was removed. `replacedBy` is the key of the
   * document that stands, or will stand, in the same store (its locale changed): the shop is told nothing of this one.
   */
  | { readonly kind: 'take-down'; readonly documentKey: string; readonly row: MirrorRow; readonly replacedBy: string | null };

export interface EntityDiff {
  /** What the mapping makes of the entity; none where it is to be taken down. */
  readonly documents: readonly MappedDocument[];
  /** Everything the mirror has of the entity. */
  readonly rows: readonly MirrorRow[];
  /** By document key: digest of what its references resolve to now. */
  readonly refDigests: ReadonlyMap<string, string | null>;
  /**
   * It goes to another object of the shop than before, or to one that may have been another entity's: what was
   * acknowledged last was said of something else.
   */
  readonly moved: boolean;
  /** Send also what is equal or was rejected before: a person asked. */
  readonly force: boolean;
}

/** Compares what is wanted of one entity with what was last delivered. Pure. Documents come first, in their order, then take-downs. */
export function diffEntity({ documents, rows, refDigests, moved, force }: EntityDiff): DocumentPlan[] {
  const byKey = new Map(rows.map((row) => [row.documentKey, row]));
  const wanted = new Set(documents.map((document) => document.key));
  const surplus = rows.filter((row) => !wanted.has(row.documentKey) && mayStand(row));
  const plans = documents.map((document) => {
    // What inherits from a document in doubt may have lost what it stood on: deleted in the shop, and made anew.
    const onDoubt = document.baseKey !== null && byKey.get(document.baseKey)?.inDoubt === true;
    const former = surplus.find((row) => row.store === document.store && row.resource === document.resource);
    const plan = diffDocument(document, byKey.get(document.key), refDigests.get(document.key) ?? null, { moved, onDoubt, force });
    return former ? instead(plan, document, former) : plan;
  });
  const takeDowns = surplus.map((row): DocumentPlan => {
    const standing = documents.find((one) => one.store === row.store && one.resource === row.resource);
    return { kind: 'take-down', documentKey: row.documentKey, row, replacedBy: standing?.key ?? null };
  });
  return [...plans, ...takeDowns];
}

/** What is in doubt may stand in the shop: it is still taken down when that is due (rule 4). */
export function mayStand(row: MirrorRow): boolean {
  return row.state === 'live' || row.inDoubt;
}

/** How the mirror remembers a rejection: the same content with other resolved references is another matter. */
export function rejectedMark(hash: string, refDigest: string | null): string {
  return `${hash}:${refDigest ?? ''}`;
}

function diffDocument(
  document: MappedDocument,
  row: MirrorRow | undefined,
  refDigest: string | null,
  { moved, onDoubt, force }: { readonly moved: boolean; readonly onDoubt: boolean; readonly force: boolean },
): DocumentPlan {
  const { key: documentKey, baseKey, fields, hash } = document;
  if (!moved && baseKey !== null && Object.keys(fields).length === 0 && (row === undefined || !mayStand(row)))
    return { kind: 'nothing', documentKey };
  const stood = !moved && row?.state === 'live' && row.hash !== null;
  if (row === undefined) return whole(document, null, stood);
  if (row.inDoubt || moved || onDoubt) return whole(document, row.document, stood);
  if (!force && row.rejectedHash === rejectedMark(hash, refDigest)) return { kind: 'rejected-before', documentKey };
  if (row.state === 'gone' || row.hash === null || row.document === null) return whole(document, null, stood);
  // Ids in the shop changed underneath it: the fields that refer to them are not what they were (rule 23).
  if (row.refDigest !== refDigest) return whole(document, row.document, stood);
  if (row.hash === hash && !force) return { kind: 'skip', documentKey, sendNumber: row.sendNumber };
  const rejected = row.rejectedHash === null ? {} : { rejected: row.rejectedHash };
  return {
    kind: 'send',
    documentKey,
    previous: row.document,
    lastKnown: row.document,
    stood,
    ...compareFields(row.document, fields),
    ...rejected,
  };
}

/** What goes to a store where the shop has another document of the entity so far. */
function instead(plan: DocumentPlan, document: MappedDocument, former: MirrorRow): DocumentPlan {
  const stood = former.state === 'live' && former.hash !== null;
  const knowsNothing = plan.kind === 'nothing' || (plan.kind === 'send' && plan.lastKnown === null);
  return knowsNothing ? whole(document, former.document, stood || (plan.kind === 'send' && plan.stood)) : plan;
}

function whole(document: MappedDocument, lastKnown: JsonObject | null, stood: boolean): DocumentPlan {
  const cleared = Object.keys(lastKnown ?? {}).filter((field) => !(field in document.fields));
  return { kind: 'send', documentKey: document.key, previous: null, lastKnown, stood, changed: Object.keys(document.fields), cleared };
}

/** The mirror's JSON has lost the order of keys inside values, so values are compared by structure. */
export function compareFields(before: JsonObject, after: JsonObject): { changed: string[]; cleared: string[] } {
  const changed = Object.keys(after).filter((field) => !(field in before && isDeepStrictEqual(before[field], after[field])));
  const cleared = Object.keys(before).filter((field) => !(field in after));
  return { changed, cleared };
}
