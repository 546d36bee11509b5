import type { Sql } from '../../database/sql.js';
import { toJsonb } from '../../queue/sql/jsonb.js';

/** A content of a document that the shop acknowledged. */
export interface DeliveredContent {
  readonly connection: string;
  readonly pipeline: string;
  readonly mapping: number;
  readonly documentKey: string;
  readonly entityKey: string;
  readonly run: number | null;
  readonly sendNumber: number;
  readonly state: 'live' | 'gone';
  readonly takenDown: 'delete' | 'disable' | 'archive' | null;
  readonly hash: string;
  /** Nothing was known of it before: all of its fields are new. */
  readonly whole: boolean;
  readonly changedFields: readonly string[];
}

/** So many contents of a document are remembered. */
const remembered = 10;

/**
 * Writes down what was delivered, and forgets what is more than the last ten of a document. The same content again (sent whole because it was
 * in doubt) is none; what was written already is not written twice, so that a statement whose answer was lost can be repeated.
 */
export async function writeHistory(sql: Sql, contents: readonly DeliveredContent[]): Promise<void> {
  if (contents.length === 0) return;
  await sql.query(
    `WITH told AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS t("connection" text, "pipeline" text, "mapping" int, "documentKey" text, "entityKey" text, "run" bigint,
         "sendNumber" bigint, "state" text, "takenDown" text, "hash" text, "whole" boolean, "changedFields" text[])
     ),
     written AS (
       INSERT INTO document_history (connection, document_key, pipeline, entity_key, run, mapping, send_number, state, taken_down, hash, whole, changed_fields)
       SELECT t."connection", t."documentKey", t."pipeline", t."entityKey", t."run", t."mapping", t."sendNumber", t."state", t."takenDown", t."hash", t."whole", t."changedFields"
       FROM told t
       LEFT JOIN LATERAL (
         SELECT h.send_number, h.hash, h.taken_down FROM document_history h
         WHERE h.pipeline = t."pipeline" AND h.entity_key = t."entityKey" AND h.document_key = t."documentKey" AND h.connection = t."connection"
         ORDER BY h.send_number DESC LIMIT 1
       ) last ON true
       WHERE last.send_number IS NULL
          OR last.send_number < t."sendNumber" AND (last.hash, last.taken_down) IS DISTINCT FROM (t."hash", t."takenDown")
       RETURNING pipeline, entity_key, document_key
     )
     -- What was written just now is not among what this sees.
     DELETE FROM document_history h WHERE h.id = ANY(ARRAY(
       SELECT old.id FROM (SELECT pipeline, entity_key, document_key, count(*) AS more FROM written GROUP BY 1, 2, 3) w
       CROSS JOIN LATERAL (
         SELECT o.id FROM document_history o
         WHERE o.pipeline = w.pipeline AND o.entity_key = w.entity_key AND o.document_key = w.document_key
         ORDER BY o.send_number DESC OFFSET greatest(0, ${remembered} - w.more)
       ) old))`,
    [toJsonb(contents)],
  );
}
