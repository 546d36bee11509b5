import type { JsonObject } from '../../../model/json.js';
import type { Sql } from '../../../database/sql.js';

export interface ErrorFilter {
  readonly pipeline?: string | undefined;
  readonly run?: number | undefined;
  readonly fingerprint?: string | undefined;
  readonly severity?: string | undefined;
}

/** What went wrong with one item. */
export interface ListedError {
  readonly id: number;
  readonly time: Date;
  readonly run: number | null;
  readonly pipeline: string;
  readonly entityKey: string | null;
  readonly documentKey: string | null;
  readonly stage: string;
  readonly severity: string;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  readonly fingerprint: string;
  /** What kind of failure it is; null of what was written before there were any. */
  readonly class: string | null;
  readonly attempt: number | null;
  /** What was sent and answered: { request, answer }. */
  readonly context: JsonObject | null;
}

/** Newest first, those before error `before`. */
export async function listErrors(sql: Sql, filter: ErrorFilter, before: number | null, limit: number): Promise<ListedError[]> {
  const { pipeline, run, fingerprint, severity } = filter;
  return sql.query<ListedError>(
    `SELECT id, time, run, pipeline, entity_key AS "entityKey", document_key AS "documentKey", stage, severity, code, field, message, fingerprint, class, attempt, context
     FROM sync_error
     WHERE ($1::text IS NULL OR pipeline = $1) AND ($2::bigint IS NULL OR run = $2) AND ($3::text IS NULL OR fingerprint = $3)
       AND ($4::text IS NULL OR severity = $4) AND ($5::bigint IS NULL OR id < $5)
     ORDER BY id DESC LIMIT $6`,
    [pipeline ?? null, run ?? null, fingerprint ?? null, severity ?? null, before, limit],
  );
}

/** Errors of one cause, over a stretch of time. */
export interface Trend {
  readonly pipeline: string;
  readonly fingerprint: string;
  readonly code: string;
  readonly field: string | null;
  /** One of them, as it was said. */
  readonly example: string;
  readonly count: number;
  /** In the same stretch before that. */
  readonly countBefore: number;
  readonly entities: number;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
}

/** The causes of the last `hours`, those with the most errors first, each against as many hours before. */
export async function errorTrends(sql: Sql, pipeline: string | undefined, hours: number, limit: number): Promise<Trend[]> {
  return sql.query<Trend>(
    `SELECT pipeline, fingerprint, min(code) AS code, min(field) AS field, (array_agg(message ORDER BY id DESC))[1] AS example,
            count(*) FILTER (WHERE recent) AS count, count(*) FILTER (WHERE NOT recent) AS "countBefore",
            count(DISTINCT entity_key) FILTER (WHERE recent) AS entities, min(time) AS "firstSeen", max(time) AS "lastSeen"
     FROM (SELECT *, time >= now() - $2::int * interval '1 h' AS recent FROM sync_error
           WHERE severity = 'error' AND time >= now() - $2::int * interval '2 h' AND ($1::text IS NULL OR pipeline = $1)) e
     GROUP BY pipeline, fingerprint
     HAVING count(*) FILTER (WHERE recent) > 0
     ORDER BY count(*) FILTER (WHERE recent) DESC, fingerprint LIMIT $3`,
    [pipeline ?? null, hours, limit],
  );
}
