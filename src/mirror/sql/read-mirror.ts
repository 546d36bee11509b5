import type { Sql } from '../../database/sql.js';
import type { JsonObject } from '../../model/json.js';

/** A document as the shop last acknowledged it. */
export interface MirrorRow {
  readonly documentKey: string;
  readonly entityKey: string;
  readonly resource: string;
  readonly store: string;
  readonly state: 'live' | 'gone';
  readonly inDoubt: boolean;
  readonly hash: string | null;
  readonly refDigest: string | null;
  readonly document: JsonObject | null;
  readonly rejectedHash: string | null;
  readonly sendNumber: number;
}

/** All mirror rows of these entities, for the diff; one read a batch. */
export async function readMirror(sql: Sql, of: { readonly connection: string; readonly pipeline: string; readonly entityKeys: readonly string[] }): Promise<MirrorRow[]> {
  return sql.query<MirrorRow>(
    `SELECT document_key AS "documentKey", entity_key AS "entityKey", resource, store, state, in_doubt AS "inDoubt", hash, ref_digest AS "refDigest",
       document, rejected_hash AS "rejectedHash", send_number AS "sendNumber"
     FROM mirror_document WHERE pipeline = $2 AND entity_key = ANY ($3) AND connection = $1 ORDER BY document_key`,
    [of.connection, of.pipeline, of.entityKeys],
  );
}
