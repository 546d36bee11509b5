import type { Sql } from '../../../database/sql.js';

export interface RunFilter {
  readonly pipeline?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
}

/** A run as a person looks at it. */
export interface ListedRun {
  readonly id: number;
  readonly pipeline: string;
  readonly kind: string;
  readonly trigger: string;
  readonly state: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly counts: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

const columns = `id, pipeline, kind, trigger, state, started_at AS "startedAt", finished_at AS "finishedAt", counts, error`;

/** Newest first, those before run `before`. */
export async function listRuns(sql: Sql, { pipeline, kind, state }: RunFilter, before: number | null, limit: number): Promise<ListedRun[]> {
  return sql.query<ListedRun>(
    `SELECT ${columns} FROM sync_run
     WHERE ($1::text IS NULL OR pipeline = $1) AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND ($4::bigint IS NULL OR id < $4)
     ORDER BY id DESC LIMIT $5`,
    [pipeline ?? null, kind ?? null, state ?? null, before, limit],
  );
}

/** Null where there is no such run. */
export async function showRun(sql: Sql, id: number): Promise<ListedRun | null> {
  const [run] = await sql.query<ListedRun>(`SELECT ${columns} FROM sync_run WHERE id = $1`, [id]);
  return run ?? null;
}
