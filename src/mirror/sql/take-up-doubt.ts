import type { Sql } from '../../database/sql.js';

/** An entity whose documents nobody is certain about and nobody is about to send. */
export interface DoubtfulEntity {
  readonly entityKey: string;
  /** Nothing of it is wanted in the shop: it is to be taken down again. */
  readonly gone: boolean;
}

const isDue = `m.pipeline = $1 AND m.verify_at <= now() AND NOT m.in_doubt
        AND NOT EXISTS (SELECT 1 FROM queue_entry e WHERE e.pipeline = $1 AND e.entity_key = m.entity_key AND e.state IN ('leased', 'submitted'))`;
const isLeftOver = `m.pipeline = $1 AND m.in_doubt
      AND NOT EXISTS (SELECT 1 FROM queue_entry e WHERE e.pipeline = $1 AND e.entity_key = m.entity_key)`;

/**
 * `due` are rows that were acknowledged, though an earlier send of them may have reached the shop after
 * that (rule 19): they are in doubt from here on, under a new number, so that no late answer ends it. One
 * that is in doubt already is left to whoever sends it next: it may be on its way right now.
 * `left` are rows in doubt whose entity has no entry at all, dead ones included: its address was taken
 * over, or this statement marked it and its caller died before it queued the entity.
 */
const statement = `
  WITH due AS (
    UPDATE mirror_document SET in_doubt = true, doubt_before = true, verify_at = NULL, send_number = nextval('send_seq')
    WHERE ctid = ANY(ARRAY(
      SELECT m.ctid FROM mirror_document m
      WHERE ${isDue}
      ORDER BY m.document_key LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING entity_key, state
  ),
  left_over AS (
    SELECT m.entity_key, m.state FROM mirror_document m
    WHERE ${isLeftOver}
    LIMIT $2
  )
  SELECT entity_key AS "entityKey", bool_and(state = 'gone') AS gone
  FROM (SELECT * FROM due UNION ALL SELECT * FROM left_over) found
  GROUP BY entity_key ORDER BY entity_key`;

/**
 * Entities of a pipeline to be queued once more (cause `manual`, kind `deleted` for those that are
 * gone), because what the shop has of them is uncertain and nothing open would find out.
 */
export async function takeUpDoubt(sql: Sql, pipeline: string, limit = 1_000): Promise<DoubtfulEntity[]> {
  return sql.query<DoubtfulEntity>(statement, [pipeline, limit]);
}

/** What `takeUpDoubt` would take up, and the documents it would put in doubt for that; changes nothing. */
export async function foreseeDoubt(sql: Sql, pipeline: string): Promise<(DoubtfulEntity & { readonly documentKeys: readonly string[] })[]> {
  return sql.query(
    `SELECT m.entity_key AS "entityKey", bool_and(m.state = 'gone') AS gone, array_agg(m.document_key) AS "documentKeys"
     FROM mirror_document m WHERE (${isDue}) OR (${isLeftOver})
     GROUP BY m.entity_key ORDER BY m.entity_key`,
    [pipeline],
  );
}
