import type { Sql } from '../../database/sql.js';
import { Refusal } from '../../model/refusal.js';

/** What narrows a list of documents. */
export interface DocumentFilter {
  readonly pipeline?: string | undefined;
  readonly connection?: string | undefined;
  readonly entityKey?: string | undefined;
  /** The natural key in the shop, a SKU; letters large or small. */
  readonly address?: string | undefined;
  readonly state?: 'live' | 'gone' | undefined;
  readonly inDoubt?: boolean | undefined;
}

/** A document as the shop last acknowledged it, without its content. */
export interface ListedDocument {
  readonly connection: string;
  readonly documentKey: string;
  readonly pipeline: string;
  readonly entityKey: string;
  readonly resource: string;
  readonly store: string;
  readonly address: string | null;
  readonly targetId: string | null;
  readonly state: 'live' | 'gone';
  readonly takenDown: string | null;
  readonly inDoubt: boolean;
  /** The shop refused its newest content. */
  readonly rejected: boolean;
  readonly sentAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly mapping: number;
}

export const documentColumns = `
  m.connection, m.document_key AS "documentKey", m.pipeline, m.entity_key AS "entityKey", m.resource, m.store, m.address, i.target_id AS "targetId", m.state,
  m.taken_down AS "takenDown", m.in_doubt AS "inDoubt", m.rejected_hash IS NOT NULL AS rejected, m.sent_at AS "sentAt",
  m.acknowledged_at AS "acknowledgedAt", m.mapping`;

export const documentTables = `
  mirror_document m LEFT JOIN identity i ON i.connection = m.connection AND i.pipeline = m.pipeline AND i.entity_key = m.entity_key`;

/** A page of documents by connection and key; the next one begins after the last of this one, whatever comes or goes. */
export async function listDocuments(
  sql: Sql,
  filter: DocumentFilter,
  cursor: string | undefined,
  limit: number,
): Promise<{ items: ListedDocument[]; next: string | null }> {
  const values: unknown[] = [];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const after = cursor === undefined ? null : placeOf(cursor);
  const { pipeline, connection, entityKey, address, state, inDoubt } = filter;
  // Only what is asked for stands in the statement: each has its own index, or none.
  const conditions = [
    ...(after === null ? [] : [`(m.connection, m.document_key) > (${given(after[0])}, ${given(after[1])})`]),
    ...(pipeline === undefined ? [] : [`m.pipeline = ${given(pipeline)}`]),
    ...(connection === undefined ? [] : [`m.connection = ${given(connection)}`]),
    ...(entityKey === undefined
      ? []
      : [`m.entity_key = ${given(entityKey)}`, 'm.pipeline = ANY(ARRAY(SELECT p.pipeline FROM pipeline_state p))']),
    ...(address === undefined
      ? []
      : [`(m.pipeline, m.entity_key) IN (SELECT d.pipeline, d.entity_key FROM address d WHERE d.address = lower(${given(address)}))`]),
    ...(state === undefined ? [] : [`m.state = ${given(state)}`]),
    ...(inDoubt === undefined ? [] : [`m.in_doubt = ${given(inDoubt)}`]),
  ];
  const rows = await sql.query<ListedDocument>(
    `SELECT ${documentColumns} FROM ${documentTables}
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY m.connection, m.document_key LIMIT ${given(limit + 1)}`,
    values,
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last ? Buffer.from(JSON.stringify([last.connection, last.documentKey])).toString('base64url') : null };
}

function placeOf(cursor: string): readonly [string, string] {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    place = null;
  }
  const [connection, key, ...more] = Array.isArray(place) ? (place as unknown[]) : [];
  if (typeof connection !== 'string' || typeof key !== 'string' || more.length > 0 || key.includes('\u0000'))
    throw new Refusal('wrong', 'the cursor is not one of this list: take the one that the page before answered');
  return [connection, key];
}
