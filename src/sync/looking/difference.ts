import type { MirroredDocument } from '../../mirror/sql/show-document.js';
import type { JsonObject } from '../../model/json.js';
import { compareDocument, type ComparedField } from './compare-document.js';
import type { Looking } from './looking.js';
import { readNow, reasonOf, type SourceNow } from './read-now.js';

/** A document in the PIM now, as it was delivered, and in the shop now; each with the time of that. */
export interface Difference {
  readonly connection: string;
  readonly documentKey: string;
  readonly source: {
    readonly time: Date;
    /** `other`: the record is there, and the mapping makes no document of this key of it. */
    readonly result: 'document' | 'other' | 'excluded' | 'rejected' | SourceNow['kind'];
    readonly reason: string | null;
  };
  /** Null where the shop never acknowledged it. */
  readonly delivered: { readonly time: Date; readonly state: 'live' | 'gone'; readonly inDoubt: boolean } | null;
  readonly shop: {
    readonly time: Date;
    /** `silent`: its connector cannot read back. */
    readonly result: 'read' | 'absent' | 'silent' | 'failed';
    readonly reason: string | null;
  };
  readonly fields: readonly ComparedField[];
}

/** Reads both ends and compares. Changes nothing anywhere. */
export async function readDifference(looking: Looking, row: MirroredDocument): Promise<Difference> {
  const [now, shop] = await Promise.all([readNow(looking, row.pipeline, row.entityKey), readShop(looking, row)]);
  const wanted = wantedOf(now, row.documentKey);
  const { fields: inShop, ...told } = shop;
  return {
    connection: row.connection,
    documentKey: row.documentKey,
    source: { time: now.time, result: wanted.result, reason: wanted.reason },
    delivered: row.acknowledgedAt === null ? null : { time: row.acknowledgedAt, state: row.state, inDoubt: row.inDoubt },
    shop: told,
    fields: compareDocument({ wanted: wanted.fields, delivered: row.document, inShop }),
  };
}

interface Wanted extends Omit<Difference['source'], 'time'> {
  readonly fields: JsonObject | null | undefined;
}

/** What the document is to be, by what the source says now. Pure. */
export function wantedOf(now: SourceNow, documentKey: string): Wanted {
  if (now.kind === 'failed') return { result: 'failed', reason: now.reason, fields: undefined };
  // What an answer leaves out proves nothing: nothing is taken down for it.
  if (now.kind === 'nothing') return { result: 'nothing', reason: 'the source left it out of its answer', fields: undefined };
  if (now.kind === 'absent') return { result: 'absent', reason: 'the source says there is no such record', fields: null };
  if (now.leaving !== null) return { result: 'excluded', reason: `the source says it is ${now.leaving}`, fields: null };
  const { mapped } = now;
  if (mapped.kind === 'excluded') return { result: 'excluded', reason: mapped.reason, fields: null };
  if (mapped.kind === 'rejected')
    return { result: 'rejected', reason: mapped.errors.map(({ field, message }) => `${field}: ${message}`).join('; '), fields: undefined };
  const document = mapped.documents.find(({ key }) => key === documentKey);
  return document
    ? { result: 'document', reason: null, fields: document.fields }
    : { result: 'other', reason: 'the mapping makes no document of this key of it any more', fields: null };
}

async function readShop(
  looking: Looking,
  { connection, documentKey, resource, store, targetId }: MirroredDocument,
): Promise<Difference['shop'] & { readonly fields: JsonObject | null | undefined }> {
  const time = new Date();
  try {
    const shop = await looking.shop(connection);
    if (shop === null) return { time, result: 'silent', reason: 'this kind of target cannot be read', fields: undefined };
    const found = await shop.read([{ key: documentKey, resource, store, targetId }], AbortSignal.timeout(20_000));
    const fields = found.get(documentKey) ?? null;
    return { time, result: fields === null ? 'absent' : 'read', reason: null, fields };
  } catch (error) {
    return { time, result: 'failed', reason: reasonOf(error), fields: undefined };
  }
}
