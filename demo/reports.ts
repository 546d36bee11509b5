import type { Sql } from '../src/database/sql.js';

/** Something that was said of several products, with one of them. */
export interface Report {
  readonly pipeline: string;
  readonly severity: string;
  readonly code: string;
  readonly field: string | null;
  readonly count: number;
  readonly example: string;
}

/** Errors and warnings of all runs, by kind; errors first. */
export function readReports(sql: Sql): Promise<Report[]> {
  return sql.query<Report>(
    `SELECT pipeline, severity, code, field, count(*) AS count, min(coalesce(entity_key, '') || ': ' || message) AS example
     FROM sync_error GROUP BY pipeline, severity, code, field ORDER BY severity, count DESC, pipeline, code, field`,
  );
}
