import type { Sql } from '../../../database/sql.js';
import type { WantedRun } from '../run-request.js';

/** A run that somebody asked for, and what became of it. */
export interface ListedRequest extends Omit<WantedRun, 'chosen'> {
  readonly id: number;
  readonly state: string;
  readonly by: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelledBy: string | null;
  readonly run: number | null;
  readonly error: string | null;
}

export interface ShownRequest extends ListedRequest {
  /** Of a dry run: what would be sent. */
  readonly result: Readonly<Record<string, unknown>> | null;
}

export interface RequestFilter {
  readonly pipeline?: string | undefined;
  readonly state?: string | undefined;
}

const columns = `id, pipeline, kind, dry_run AS "dryRun", limit_count AS "limit", state, requested_by AS by, requested_at AS "requestedAt",
  started_at AS "startedAt", finished_at AS "finishedAt", cancelled_by AS "cancelledBy", run, error`;

/** Newest first, those before request `before`. */
export async function listRequests(
  sql: Sql,
  { pipeline, state }: RequestFilter,
  before: number | null,
  limit: number,
): Promise<ListedRequest[]> {
  return sql.query<ListedRequest>(
    `SELECT ${columns} FROM run_request
     WHERE ($1::text IS NULL OR pipeline = $1) AND ($2::text IS NULL OR state = $2) AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [pipeline ?? null, state ?? null, before, limit],
  );
}

/** Null where there is no such request. */
export async function showRequest(sql: Sql, id: number): Promise<ShownRequest | null> {
  const [row] = await sql.query<ShownRequest>(`SELECT ${columns}, result FROM run_request WHERE id = $1`, [id]);
  return row ?? null;
}
