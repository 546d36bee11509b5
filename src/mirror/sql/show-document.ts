import type { Sql } from '../../database/sql.js';
import type { JsonObject } from '../../model/json.js';
import { documentColumns, documentTables, type ListedDocument } from './list-documents.js';

/** Everything the mirror has of a document. */
export interface MirroredDocument extends ListedDocument {
  readonly hash: string | null;
  readonly sendNumber: number;
  /** A send nobody waits for may still reach the shop until then: it is looked at again. */
  readonly verifyAt: Date | null;
  /** What the shop acknowledged last; null where it has nothing of it. */
  readonly document: JsonObject | null;
}

/** The rows of this key: one, unless several connections have pipelines of the same resource. */
export async function showDocuments(sql: Sql, documentKey: string): Promise<MirroredDocument[]> {
  return sql.query<MirroredDocument>(
    `SELECT ${documentColumns}, m.hash, m.send_number AS "sendNumber", m.verify_at AS "verifyAt", m.document
     FROM ${documentTables}
     WHERE m.document_key = $1 AND m.connection = ANY(ARRAY(SELECT p.target_connection FROM pipeline_state p))
     ORDER BY m.connection`,
    [documentKey],
  );
}
