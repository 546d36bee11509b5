import type { Sql } from '../../database/sql.js';
import type { Cause } from '../entry.js';
import type { ChangeKind } from '../../model/change.js';
import type { EntryState } from './open-counts.js';

export interface EntryFilter {
  readonly pipeline?: string;
  readonly state?: EntryState;
  readonly key?: string;
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
}

/** Entries in the order in which they would be claimed. */
export async function listEntries(sql: Sql, filter: EntryFilter = {}): Promise<ListedEntry[]> {
  return sql.query<ListedEntry>(
    `SELECT pipeline, entity_key AS key, state, kind, cause, attempts, losses, enqueued_at AS "enqueuedAt", due_at AS "dueAt", leased_by AS "leasedBy",
            error_code AS "errorCode", error_message AS "errorMessage", error_field AS "errorField"
     FROM queue_entry
     WHERE ($1::text IS NULL OR pipeline = $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR entity_key = $3)
     ORDER BY pipeline, claim_order, entity_key LIMIT $4`,
    [filter.pipeline ?? null, filter.state ?? null, filter.key ?? null, filter.limit ?? 100],
  );
}
