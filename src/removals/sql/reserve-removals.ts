import type { Sql } from '../../database/sql.js';
import { toJsonb } from '../../queue/sql/jsonb.js';
import type { RemovalLimits } from '../../model/removal-limits.js';
import { budgetState, reserved } from './budget.js';
import { anySetWaits, waitingSet } from './sets.js';

/** An entry under lease whose record is to be removed. */
export interface RemovingEntry {
  readonly key: string;
  readonly revision: number;
  readonly token: number;
}

export type Reservation =
  | { readonly kind: 'granted' }
  /** Nothing of it may go now, and why a person has to look. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The grant is written to the entries: tried again under the same revision, a removal is not paid for twice. */
const statement = `
  WITH asked AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($4::jsonb) AS e(key text, revision bigint, token bigint)),
  ${reserved('(SELECT count(*) FROM asked)', `NOT ${anySetWaits('$1')}`)},
  granted AS (
    UPDATE queue_entry q SET removal_grant = q.revision FROM asked a
    WHERE EXISTS (SELECT 1 FROM reserved) AND q.pipeline = $1 AND q.entity_key = a.key AND q.token = a.token AND q.revision = a.revision
      AND q.entity_key = ANY(ARRAY(SELECT key FROM asked))
  )
  SELECT EXISTS (SELECT 1 FROM reserved) AS granted`;

/** Takes the removals of a batch from what the pipeline may remove in 24 hours: all of them, or none (rule 13). */
export async function reserveRemovals(
  sql: Sql,
  pipeline: string,
  entries: readonly RemovingEntry[],
  limits: RemovalLimits,
): Promise<Reservation> {
  const daily = [pipeline, limits.maxCountPerDay, limits.maxPercentPerDay] as const;
  const asked = entries.map(({ key, revision, token }) => ({ key, revision, token }));
  const [row] = await sql.query<{ granted: boolean }>(statement, [...daily, toJsonb(asked)]);
  if (row?.granted) return { kind: 'granted' };
  return { kind: 'refused', reason: await whyRefused(sql, entries.length, daily) };
}

/** A sentence on why the budget gave nothing. */
export async function whyRefused(sql: Sql, removals: number, daily: readonly [string, number, number]): Promise<string> {
  return (await whatForbids(sql, removals, daily)) ?? 'what was free in the budget of 24 hours has just been taken';
}

/** Why so many removals would be refused now; null where they would be granted. */
export async function foreseeReservation(sql: Sql, pipeline: string, removals: number, limits: RemovalLimits): Promise<string | null> {
  return removals === 0 ? null : whatForbids(sql, removals, [pipeline, limits.maxCountPerDay, limits.maxPercentPerDay]);
}

async function whatForbids(sql: Sql, removals: number, daily: readonly [string, number, number]): Promise<string | null> {
  const waiting = await waitingSet(sql, daily[0]);
  if (waiting) return waiting.reason;
  const [{ spent, allowed } = { spent: 0, allowed: 0 }] = await sql.query<{ spent: number; allowed: number }>(budgetState, daily);
  if (removals + spent <= allowed) return null;
  return `${removals} removals would make it ${removals + spent} in 24 hours, more than the ${allowed} of deletes.maxPercentPerDay and maxCountPerDay`;
}
