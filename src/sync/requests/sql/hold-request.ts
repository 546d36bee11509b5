import type { Sql } from '../../../database/sql.js';
import { toJsonb } from '../../../queue/sql/jsonb.js';
import type { TakenRequest } from '../run-request.js';

type Held = Pick<TakenRequest, 'id' | 'attempts'>;

/** Renews the lease. Null: another process has taken it over; otherwise who wants it to end. */
export async function keepRequest(
  sql: Sql,
  { id, attempts }: Held,
  leaseMs: number,
): Promise<{ readonly cancelledBy: string | null } | null> {
  const [row] = await sql.query<{ cancelledBy: string | null }>(
    `UPDATE run_request SET leased_until = clock_timestamp() + $3 * interval '1 ms'
     WHERE id = $1 AND attempts = $2 AND state = 'running' RETURNING cancelled_by AS "cancelledBy"`,
    [id, attempts, leaseMs],
  );
  return row ?? null;
}

export interface RequestEnd {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly error: string | null;
  readonly result?: unknown;
}

export async function closeRequest(sql: Sql, { id, attempts }: Held, { state, error, result }: RequestEnd): Promise<void> {
  await sql.query(
    `UPDATE run_request SET state = $3, error = $4, result = $5::jsonb, finished_at = clock_timestamp(), leased_until = NULL
     WHERE id = $1 AND attempts = $2 AND state = 'running'`,
    [id, attempts, state, error, result === undefined ? null : toJsonb(result)],
  );
}

/** On the way out: whoever is next begins it anew, and this was none of its attempts. */
export async function giveRequestBack(sql: Sql, { id, attempts }: Held): Promise<void> {
  await sql.query(
    `UPDATE run_request SET state = 'waiting', owner = NULL, leased_until = NULL, attempts = attempts - 1 WHERE id = $1 AND attempts = $2 AND state = 'running'`,
    [id, attempts],
  );
}
