import type { Sql } from '../../database/sql.js';
import type { JsonObject } from '../../model/json.js';

/** A document as the shop last acknowledged it, and what is known of sends since. */
export interface MirrorRow {
  readonly documentKey: string;
  readonly entityKey: string;
  readonly resource: string;
  readonly store: string;
  /** Natural key in the shop it was last sent under. */
  readonly address: string | null;
  /** `gone` is the tombstone (rule 12). */
  readonly state: 'live' | 'gone';
  readonly inDoubt: boolean;
  /** Null before the first acknowledgement. */
  readonly hash: string | null;
  readonly refDigest: string | null;
  readonly document: JsonObject | null;
  /** `rejectedMark` of what the shop rejected last. */
  readonly rejectedHash: string | null;
  readonly sendNumber: number;
  readonly readNumber: number;
  readonly takenDown: 'delete' | 'disable' | 'archive' | 'superseded' | null;
}

/** All mirror rows of these entities, by document key. */
export async function readMirror(
  sql: Sql,
  { connection, pipeline, entityKeys }: { readonly connection: string; readonly pipeline: string; readonly entityKeys: readonly string[] },
): Promise<MirrorRow[]> {
  return sql.query<MirrorRow>(
    `SELECT document_key AS "documentKey", entity_key AS "entityKey", resource, store, address, state, in_doubt AS "inDoubt", hash, ref_digest AS "refDigest",
            document, rejected_hash AS "rejectedHash", send_number AS "sendNumber", read_number AS "readNumber", taken_down AS "takenDown"
     FROM mirror_document
     WHERE pipeline = $2 AND entity_key = ANY($3::text[]) AND connection = $1
     ORDER BY document_key`,
    [connection, pipeline, entityKeys],
  );
}
