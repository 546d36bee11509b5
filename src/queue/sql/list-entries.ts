import type { Sql } from '../../database/sql.js';
import type { ChangeKind } from '../../model/change.js';
import { Refusal } from '../../model/refusal.js';
import { filterCondition, filterParameters, type EntryFilter } from '../entry-filter.js';
import type { Cause } from '../entry.js';
import type { EntryState } from './open-counts.js';

export interface EntryListRequest extends EntryFilter {
  /** `next` of the page before. */
  readonly cursor?: string;
  /** 100 by default. */
  readonly limit?: number;
}

/** An entry as a person looks at it. */
export interface ListedEntry {
  readonly pipeline: string;
  readonly key: string;
  readonly state: EntryState;
  readonly kind: ChangeKind;
  readonly cause: Cause;
  readonly attempts: number;
  readonly losses: number;
  readonly enqueuedAt: Date;
  readonly dueAt: Date | null;
  readonly leasedBy: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly errorField: string | null;
  readonly errorFingerprint: string | null;
}

export interface EntryPage {
  readonly entries: readonly ListedEntry[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
}

export const listedColumns = `
  q.pipeline, q.entity_key AS key, q.state, q.kind, q.cause, q.attempts, q.losses, q.enqueued_at AS "enqueuedAt", q.due_at AS "dueAt",
  q.leased_by AS "leasedBy", q.error_code AS "errorCode", q.error_message AS "errorMessage", q.error_field AS "errorField",
  q.error_fingerprint AS "errorFingerprint"`;

type Place = readonly [pipeline: string, claimOrder: string, key: string];

/**
 * A page of entries in the order in which they would be claimed. The next one begins after the last entry of
 * this one, wherever that is by then: what is settled meanwhile moves nothing. Rejects where `cursor` is none.
 */
export async function listEntries(sql: Sql, request: EntryListRequest = {}): Promise<EntryPage> {
  const limit = request.limit ?? 100;
  const after = request.cursor === undefined ? [null, null, null] : placeOf(request.cursor);
  const rows = await sql.query<ListedEntry & { claimOrder: string }>(
    `SELECT ${listedColumns}, q.claim_order::text AS "claimOrder"
     FROM queue_entry q
     WHERE ${filterCondition}
       AND ($6::text IS NULL OR (q.pipeline, q.claim_order, q.entity_key) > ($6, $7::timestamptz, $8::text))
     ORDER BY q.pipeline, q.claim_order, q.entity_key LIMIT $9`,
    [...filterParameters(request), ...after, limit + 1],
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    entries: rows.slice(0, limit).map(({ claimOrder: _, ...entry }) => entry),
    next: last ? cursorOf([last.pipeline, last.claimOrder, last.key]) : null,
  };
}

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function placeOf(cursor: string): Place {
  const wrong = new Refusal('wrong', 'the cursor is not one of this list: take the one that the page before answered');
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw wrong;
  }
  const [pipeline, claimOrder, key, ...more] = Array.isArray(place) ? (place as unknown[]) : [];
  if (typeof pipeline !== 'string' || typeof claimOrder !== 'string' || typeof key !== 'string' || more.length > 0) throw wrong;
  if (Number.isNaN(Date.parse(claimOrder.replace(/([+-]\d\d)$/, '$1:00')))) throw wrong;
  return [pipeline, claimOrder, key];
}
