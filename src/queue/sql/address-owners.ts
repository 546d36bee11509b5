import type { Sql } from '../../database/sql.js';
import { toJsonb } from './jsonb.js';

/** An address of the shop that an entity wants. */
export interface WantedAddress {
  readonly entityKey: string;
  readonly resource: string;
  readonly address: string;
}

export interface AddressOwner {
  readonly entityKey: string;
  readonly address: string;
  readonly owner: { readonly pipeline: string; readonly key: string };
}

/**
 * Of the addresses that entities of a pipeline want, those that belong to another entity which stands in the
 * shop or has an entry open: as the intent judges it (rule 9), without taking anything over.
 */
export async function addressOwners(
  sql: Sql,
  connection: string,
  pipeline: string,
  wanted: readonly WantedAddress[],
): Promise<AddressOwner[]> {
  if (wanted.length === 0) return [];
  return sql.query<AddressOwner>(
    `SELECT w."entityKey", w.address, jsonb_build_object('pipeline', a.pipeline, 'key', a.entity_key) AS owner
     FROM jsonb_to_recordset($3::jsonb) AS w("entityKey" text, resource text, address text)
     JOIN address a ON a.connection = $1 AND a.resource = w.resource AND a.address = w.address
     WHERE (a.pipeline, a.entity_key) <> ($2, w."entityKey")
       AND (EXISTS (SELECT 1 FROM queue_entry o WHERE o.pipeline = a.pipeline AND o.entity_key = a.entity_key
                    AND o.state IN ('ready', 'leased', 'waiting', 'parked', 'submitted'))
            OR EXISTS (SELECT 1 FROM mirror_document m WHERE m.pipeline = a.pipeline AND m.entity_key = a.entity_key AND m.connection = $1
                       AND (m.in_doubt OR m.state = 'live' AND m.hash IS NOT NULL)))
     ORDER BY w."entityKey"`,
    [connection, pipeline, toJsonb(wanted)],
  );
}
