import type { Sql } from '../../../database/sql.js';

/** What a pipeline file wants, for whoever asks in a process that has not read it. */
export interface Objectives {
  readonly pipeline: string;
  readonly maxLagMs: number | null;
  readonly fullEveryMs: number | null;
  /** What positions of its feed are: times, or numbers; `none` where it has no deltas. */
  readonly axis: 'time' | 'sequence' | 'none';
  /** Every field path its mapping may set. */
  readonly owned: readonly string[];
}

export async function recordObjectives(sql: Sql, { pipeline, maxLagMs, fullEveryMs, axis, owned }: Objectives): Promise<void> {
  await sql.query(
    `UPDATE pipeline_state SET max_lag_ms = $2, full_every_ms = $3, axis = $4, owned_fields = $5
     WHERE pipeline = $1 AND (max_lag_ms, full_every_ms, axis, owned_fields) IS DISTINCT FROM ($2::bigint, $3::bigint, $4::text, $5::text[])`,
    [pipeline, maxLagMs, fullEveryMs, axis, owned],
  );
}
