import type { Sql } from '../../database/sql.js';

/** A content of a document that the shop acknowledged, as a person looks at it. */
export interface HistoryRow {
  readonly time: Date;
  readonly connection: string;
  readonly documentKey: string;
  readonly pipeline: string;
  readonly entityKey: string;
  readonly run: number | null;
  /** Number of the mapping that made it. */
  readonly mapping: number;
  readonly sendNumber: number;
  readonly state: 'live' | 'gone';
  readonly takenDown: string | null;
  readonly hash: string;
  /** Nothing was known of it before: all of its fields were new. */
  readonly whole: boolean;
  /** Names, never values. */
  readonly changedFields: readonly string[];
}

/** What was delivered of an entity, of one of its documents where one is named: the newest first. */
export async function readHistory(
  sql: Sql,
  {
    pipelines,
    entityKey,
    documentKey,
  }: { readonly pipelines: readonly string[]; readonly entityKey: string; readonly documentKey?: string },
): Promise<HistoryRow[]> {
  return sql.query<HistoryRow>(
    `SELECT time, connection, document_key AS "documentKey", pipeline, entity_key AS "entityKey", run, mapping, send_number AS "sendNumber", state,
            taken_down AS "takenDown", hash, whole, changed_fields AS "changedFields"
     FROM document_history
     WHERE pipeline = ANY($1::text[]) AND entity_key = $2 AND ($3::text IS NULL OR document_key = $3)
     ORDER BY send_number DESC`,
    [pipelines, entityKey, documentKey ?? null],
  );
}
