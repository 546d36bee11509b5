import type { Sql } from '../../database/sql.js';
import type { IntendedDocument, IntentResult } from '../entry.js';

export interface IntendRequest {
  readonly connection: string;
  readonly pipeline: string;
  readonly mapping: number;
  readonly documents: readonly IntendedDocument[];
}

/**
 * Says what is about to be sent, before it is sent (rule 3): every document's mirror row, creations too,
 * goes in doubt under a new send number, and takes ownership of its address (rule 9). Left out is what
 * has newer news or lost its lease (superseded), what somebody sent from a fresher read already (stale),
 * and what belongs to another living entity (owned). All documents of an entity go, or none does.
 *
 * An address changes hands only if nobody owns it, its owner has nothing in the shop and nothing open,
 * or the caller saw that the owner does not want it any more (takeFrom) and nobody else works on that
 * owner now. The old owner's documents are then in doubt: what stands at the address is not theirs any more.
 */
const statement = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($4::jsonb) AS r(entity_key text, revision bigint, token bigint, document_key text, resource text, store text,
    gone boolean, hash text, address text, take_pipeline text, take_key text, read_number bigint)
), fence AS (
  SELECT q.entity_key FROM queue_entry q
  JOIN (SELECT DISTINCT entity_key, revision, token FROM input) i ON q.pipeline = $2 AND q.entity_key = i.entity_key
  WHERE q.revision = i.revision AND q.token = i.token AND q.state = 'leased' AND q.leased_until > clock_timestamp()
    AND EXISTS (SELECT 1 FROM pipeline_state p WHERE p.pipeline = $2 AND p.mapping = $3)
  ORDER BY q.entity_key FOR UPDATE OF q
), mirror AS (
  SELECT m.document_key, m.pipeline, m.entity_key, m.state, m.in_doubt, m.read_number FROM mirror_document m
  JOIN input i ON m.connection = $1 AND m.document_key = i.document_key
  ORDER BY m.document_key FOR UPDATE OF m
), obstacle AS (
  SELECT DISTINCT ON (i.entity_key) i.entity_key,
    CASE WHEN m.read_number > i.read_number THEN 'stale' ELSE 'owned' END AS kind, m.pipeline AS owner_pipeline, m.entity_key AS owner_key
  FROM input i JOIN mirror m ON m.document_key = i.document_key
  WHERE m.read_number > i.read_number OR ((m.pipeline, m.entity_key) <> ($2, i.entity_key) AND (m.state = 'live' OR m.in_doubt))
  ORDER BY i.entity_key, kind DESC
), clear AS (
  SELECT f.entity_key FROM fence f WHERE NOT EXISTS (SELECT 1 FROM obstacle o WHERE o.entity_key = f.entity_key)
), claims AS (
  SELECT DISTINCT ON (i.resource, i.address) i.* FROM input i JOIN clear c USING (entity_key)
  WHERE i.address IS NOT NULL ORDER BY i.resource, i.address, i.entity_key
), taken AS (
  INSERT INTO address AS a (connection, resource, address, pipeline, entity_key)
  SELECT $1, resource, address, $2, entity_key FROM claims ORDER BY resource, address
  ON CONFLICT (connection, resource, address) DO UPDATE SET pipeline = excluded.pipeline, entity_key = excluded.entity_key
  WHERE (a.pipeline = excluded.pipeline AND a.entity_key = excluded.entity_key)
    OR (NOT EXISTS (SELECT 1 FROM queue_entry q WHERE q.pipeline = a.pipeline AND q.entity_key = a.entity_key AND q.state = 'leased'
          AND NOT EXISTS (SELECT 1 FROM input i WHERE i.token = q.token))
      AND (EXISTS (SELECT 1 FROM input i WHERE i.address = a.address AND i.resource = a.resource AND i.entity_key = excluded.entity_key
            AND i.take_pipeline = a.pipeline AND i.take_key = a.entity_key)
        OR NOT (EXISTS (SELECT 1 FROM mirror_document m WHERE m.pipeline = a.pipeline AND m.entity_key = a.entity_key AND m.connection = a.connection AND (m.state = 'live' OR m.in_doubt))
          OR EXISTS (SELECT 1 FROM queue_entry q WHERE q.pipeline = a.pipeline AND q.entity_key = a.entity_key AND q.state NOT IN ('dead', 'absent')))))
  RETURNING a.resource, a.address, a.entity_key, a.target_id
), going AS (
  SELECT c.entity_key FROM clear c WHERE NOT EXISTS (
    SELECT 1 FROM input i WHERE i.entity_key = c.entity_key AND i.address IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM taken t WHERE t.resource = i.resource AND t.address = i.address AND t.entity_key = i.entity_key))
), yielded AS (
  SELECT i.take_pipeline AS pipeline, i.take_key AS entity_key, t.target_id, i.entity_key AS taker FROM input i JOIN going g USING (entity_key)
  JOIN taken t ON t.resource = i.resource AND t.address = i.address AND t.entity_key = i.entity_key WHERE i.take_key IS NOT NULL
), doubted AS (
  UPDATE mirror_document m SET in_doubt = true FROM yielded y
  WHERE m.connection = $1 AND m.pipeline = y.pipeline AND m.entity_key = y.entity_key
    AND NOT (m.pipeline = $2 AND m.entity_key IN (SELECT entity_key FROM going))
), unnamed AS (
  DELETE FROM identity n USING yielded y
  WHERE n.connection = $1 AND n.pipeline = y.pipeline AND n.entity_key = y.entity_key AND n.target_id = y.target_id
), sent AS (
  INSERT INTO mirror_document AS m (connection, document_key, pipeline, entity_key, resource, store, state, in_doubt, intended_hash, send_number, sent_at, read_number, mapping)
  SELECT $1, i.document_key, $2, i.entity_key, i.resource, i.store, 'live', true, i.hash, nextval('send_seq'), now(), i.read_number, $3
  FROM input i JOIN going g USING (entity_key) ORDER BY i.document_key
  ON CONFLICT (connection, document_key) DO UPDATE SET in_doubt = true, pipeline = excluded.pipeline, entity_key = excluded.entity_key,
    intended_hash = excluded.intended_hash, send_number = excluded.send_number, sent_at = excluded.sent_at, read_number = excluded.read_number, mapping = excluded.mapping
  RETURNING m.document_key, m.send_number
)
SELECT i.document_key AS "documentKey", s.send_number AS "sendNumber",
  CASE WHEN y.taker IS NOT NULL THEN y.target_id
    ELSE COALESCE((SELECT n.target_id FROM identity n WHERE n.connection = $1 AND n.pipeline = $2 AND n.entity_key = i.entity_key),
      CASE WHEN i.gone THEN (SELECT COALESCE(a.target_id, a.address) FROM address a WHERE a.connection = $1 AND a.pipeline = $2 AND a.entity_key = i.entity_key LIMIT 1) END) END AS "targetId",
  f.entity_key IS NOT NULL AS fenced, o.kind AS obstacle,
  COALESCE(o.owner_pipeline, own.pipeline, $2) AS "ownerPipeline", COALESCE(o.owner_key, own.entity_key, rival.entity_key) AS "ownerKey"
FROM input i
LEFT JOIN sent s ON s.document_key = i.document_key
LEFT JOIN fence f ON f.entity_key = i.entity_key
LEFT JOIN obstacle o ON o.entity_key = i.entity_key
LEFT JOIN yielded y ON y.taker = i.entity_key
LEFT JOIN LATERAL (
  SELECT a.pipeline, a.entity_key FROM input b JOIN address a ON a.connection = $1 AND a.resource = b.resource AND a.address = b.address
  WHERE b.entity_key = i.entity_key AND (a.pipeline, a.entity_key) <> ($2, i.entity_key) LIMIT 1) own ON s.document_key IS NULL
LEFT JOIN LATERAL (
  SELECT t.entity_key FROM input b JOIN taken t ON t.resource = b.resource AND t.address = b.address
  WHERE b.entity_key = i.entity_key AND t.entity_key <> i.entity_key LIMIT 1) rival ON s.document_key IS NULL`;

interface Row {
  readonly documentKey: string;
  readonly sendNumber: number | null;
  readonly targetId: string | null;
  readonly fenced: boolean;
  readonly obstacle: 'stale' | 'owned' | null;
  readonly ownerPipeline: string;
  readonly ownerKey: string | null;
}

export async function intend(sql: Sql, request: IntendRequest): Promise<IntentResult[]> {
  const rows = await sql.query<Row>(statement, [request.connection, request.pipeline, request.mapping, JSON.stringify(request.documents.map(asRow))]);
  return rows.map(asResult);
}

function asResult(row: Row): IntentResult {
  const { documentKey } = row;
  if (row.sendNumber !== null) return { kind: 'send', documentKey, sendNumber: row.sendNumber, targetId: row.targetId };
  if (!row.fenced) return { kind: 'superseded', documentKey };
  if (row.obstacle === 'stale') return { kind: 'stale', documentKey };
  // Fenced and clear, yet not sent: the address was somebody else's when it was claimed. Its owner may have let go since.
  if (row.ownerKey === null) return { kind: 'stale', documentKey };
  return { kind: 'owned', documentKey, owner: { pipeline: row.ownerPipeline, key: row.ownerKey } };
}

function asRow(document: IntendedDocument): Record<string, unknown> {
  return {
    entity_key: document.entityKey,
    revision: document.revision,
    token: document.token,
    document_key: document.documentKey,
    resource: document.resource,
    store: document.store,
    gone: document.state === 'gone',
    hash: document.hash,
    address: document.address,
    take_pipeline: document.takeFrom?.pipeline ?? null,
    take_key: document.takeFrom?.key ?? null,
    read_number: document.readNumber,
  };
}
