import type { Sql } from '../../../database/sql.js';

/** Longer than a round takes; whoever has not finished by then has died, or a second round beside it finds less to do. */
const leaseMinutes = 30;

/** Takes today's round (UTC, by the database's clock), unless somebody has it or it is done; answers its day, or null. As schedules are started: ADR 10. */
export async function takeDay(sql: Sql, owner: string): Promise<string | null> {
  const [row] = await sql.query<{ day: string }>(
    `INSERT INTO housekeeping AS h (day, owner, leased_until)
     VALUES ((clock_timestamp() AT TIME ZONE 'UTC')::date, $1, clock_timestamp() + $2 * interval '1 minute')
     ON CONFLICT (day) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
     WHERE h.finished_at IS NULL AND h.leased_until < clock_timestamp()
     RETURNING day::text`,
    [owner, leaseMinutes],
  );
  return row?.day ?? null;
}

/** Closes a round with what it came to. */
export async function closeDay(sql: Sql, day: string, counts: Readonly<Record<string, number>>): Promise<void> {
  await sql.query('UPDATE housekeeping SET finished_at = clock_timestamp(), counts = $2::jsonb WHERE day = $1::date', [
    day,
    JSON.stringify(counts),
  ]);
}

/** Rounds of a quarter ago are of no use to anybody. */
export async function forgetDays(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM housekeeping WHERE day < now() - interval '90 days'`);
}
