import { isDeepStrictEqual } from 'node:util';
import type { MappedDocument } from '../model/document.js';
import type { JsonObject } from '../model/json.js';
import type { MirrorRow } from './sql/read-mirror.js';

/** What is to be done about one document of an entity. */
export type DocumentPlan =
  /** The shop holds exactly this. */
  | { readonly kind: 'skip'; readonly documentKey: string; readonly sendNumber: number }
  /** To be sent; `previous` is null where what the shop holds is not known for certain, and then it goes whole. */
  | {
      readonly kind: 'send';
      readonly documentKey: string;
      readonly previous: JsonObject | null;
      readonly changed: readonly string[];
      readonly cleared: readonly string[];
    }
  /** The shop refused exactly this content before (rule 17). */
  | { readonly kind: 'rejected-before'; readonly documentKey: string }
  /** An inheriting document without a value of its own, of which the shop has nothing. */
  | { readonly kind: 'nothing'; readonly documentKey: string }
  /** A document the mapping no longer makes (a scope was removed). */
  | { readonly kind: 'take-down'; readonly documentKey: string; readonly row: MirrorRow };

export interface EntityDiff {
  readonly documents: readonly MappedDocument[];
  readonly rows: readonly MirrorRow[];
  /** By document key: digest of what its references resolve to now. */
  readonly refDigests: ReadonlyMap<string, string | null>;
  /** Send even what the shop rejected before: a person asked. */
  readonly force: boolean;
}

/** Compares what is wanted of one entity with what was last delivered. Pure. */
export function diffEntity({ documents, rows, refDigests, force }: EntityDiff): DocumentPlan[] {
  const byKey = new Map(rows.map((row) => [row.documentKey, row]));
  const wanted = new Set(documents.map((document) => document.key));
  const plans = documents.map((document) => diffDocument(document, byKey.get(document.key), refDigests.get(document.key) ?? null, force));
  const surplus = rows.filter((row) => !wanted.has(row.documentKey) && (row.state === 'live' || row.inDoubt));
  return [...plans, ...surplus.map((row): DocumentPlan => ({ kind: 'take-down', documentKey: row.documentKey, row }))];
}

function diffDocument(document: MappedDocument, row: MirrorRow | undefined, refDigest: string | null, force: boolean): DocumentPlan {
  const documentKey = document.key;
  if (row === undefined && document.baseKey !== null && Object.keys(document.fields).length === 0) return { kind: 'nothing', documentKey };
  if (row === undefined || row.inDoubt) return whole(document);
  if (!force && row.rejectedHash === document.hash) return { kind: 'rejected-before', documentKey };
  if (row.state === 'gone' || row.hash === null || row.document === null) return whole(document);
  if (row.hash === document.hash && row.refDigest === refDigest) return { kind: 'skip', documentKey, sendNumber: row.sendNumber };
  return { kind: 'send', documentKey, previous: row.document, ...compareFields(row.document, document.fields) };
}

function whole(document: MappedDocument): DocumentPlan {
  return { kind: 'send', documentKey: document.key, previous: null, changed: Object.keys(document.fields), cleared: [] };
}

/** Fields whose value differs, and fields that were delivered and are not wanted any more. The mirror's JSON has lost the order of keys inside values, so it is compared by structure. */
export function compareFields(before: JsonObject, after: JsonObject): { changed: string[]; cleared: string[] } {
  const changed = Object.entries(after).flatMap(([field, value]) =>
    field in before && isDeepStrictEqual(before[field], value) ? [] : [field],
  );
  const cleared = Object.keys(before).filter((field) => !(field in after));
  return { changed, cleared };
}
