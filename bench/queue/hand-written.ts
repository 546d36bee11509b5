import type { Pool } from 'pg';
import { documentKey, documentOf, hashOf, leaseMs, place, type Side } from './work.js';

/**
 * The reference: what a good engineer writes by hand against the same tables, doing the same when nothing
 * goes wrong: sightings, coalescing, leases and tokens, rows in doubt before the send, addresses and ids,
 * two fences. It knows nothing of rivals for an address, of holds, lost leases, doubts and retries.
 */
export function handWritten(pool: Pool): Side {
  const { pipeline, connection, feed, size } = place;
  return {
    name: 'hand-written SQL',
    async enqueue(keys, version, moves) {
      const { rowCount } = await pool.query(enqueueing, [
        feed,
        moves,
        JSON.stringify({ page: moves }),
        version,
        pipeline,
        keys,
        String(version),
      ]);
      if (rowCount !== keys.length) throw new Error('the cursor was not where it was left');
    },
    async batch(worker, version) {
      const claimed = await pool.query<{ key: string; revision: string; token: string }>(claiming, [pipeline, worker, leaseMs, size]);
      const entries = claimed.rows;
      if (entries.length === 0) return 0;
      const keys = entries.map(({ key }) => key);
      const revisions = entries.map(({ revision }) => revision);
      const tokens = entries.map(({ token }) => token);
      const documentKeys = keys.map(documentKey);
      const hashes = keys.map((key) => hashOf(key, version));
      const sent = await pool.query<{ key: string; send: string }>(intending, [
        connection,
        pipeline,
        keys,
        revisions,
        tokens,
        documentKeys,
        hashes,
      ]);
      const numbers = new Map(sent.rows.map(({ key, send }) => [key, send]));
      const settled = await pool.query(settling, [
        connection,
        pipeline,
        keys,
        revisions,
        tokens,
        documentKeys,
        documentKeys.map((key) => numbers.get(key)),
        hashes,
        keys.map((key) => JSON.stringify(documentOf(key, version))),
      ]);
      return settled.rowCount ?? 0;
    },
  };
}

const enqueueing = `
  WITH moved AS (
    UPDATE feed_cursor SET cursor = $3::jsonb, position = $4::bigint, moves = moves + 1, updated_at = now() WHERE feed = $1 AND moves = $2::bigint RETURNING 1
  ),
  seen AS (
    INSERT INTO sighting AS s (pipeline, entity_key, version, version_order, version_closed)
    SELECT $5, key, $7, $4::bigint, true FROM unnest($6::text[]) AS key WHERE EXISTS (SELECT 1 FROM moved) ORDER BY key
    ON CONFLICT (pipeline, entity_key) DO UPDATE SET version = excluded.version, version_order = excluded.version_order
    WHERE s.version IS DISTINCT FROM excluded.version
    RETURNING s.entity_key
  )
  INSERT INTO queue_entry AS e (pipeline, entity_key, kind, cause, revision, claim_order, version, version_order, hold)
  SELECT $5, entity_key, 'updated', 'delta', nextval('revision_seq'), now(), $7, $4::bigint, 100 FROM seen ORDER BY entity_key
  ON CONFLICT (pipeline, entity_key) DO UPDATE SET
    revision = excluded.revision, version = excluded.version, version_order = excluded.version_order,
    state = CASE WHEN e.state = 'leased' THEN 'leased' ELSE 'ready' END
  RETURNING e.revision`;

const claiming = `
  UPDATE queue_entry SET state = 'leased', token = nextval('token_seq'), leased_by = $2, leased_until = now() + $3 * interval '1 ms'
  WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM queue_entry WHERE pipeline = $1 AND state = 'ready' ORDER BY claim_order, entity_key LIMIT $4 FOR UPDATE SKIP LOCKED))
  RETURNING entity_key AS key, revision, token`;

const intending = `
  WITH input AS (
    SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[]) AS i(key, revision, token, document_key, hash)
  ),
  known AS (
    -- What the shop calls each of them: a change is sent to that id.
    SELECT entity_key, target_id FROM identity WHERE connection = $1 AND pipeline = $2 AND entity_key = ANY($3::text[])
  ),
  fenced AS (
    SELECT i.* FROM input i
    JOIN queue_entry q ON q.pipeline = $2 AND q.entity_key = i.key AND q.revision = i.revision AND q.token = i.token AND q.state = 'leased'
    FOR UPDATE OF q
  ),
  addresses AS (
    INSERT INTO address (connection, resource, address, pipeline, entity_key)
    SELECT $1, 'product', key, $2, key FROM fenced ORDER BY key
    ON CONFLICT (connection, resource, address) DO NOTHING
  ),
  doubted AS (
    INSERT INTO mirror_document AS m (connection, document_key, pipeline, entity_key, resource, store, address, in_doubt, intended_hash, send_number, sent_at,
                                    read_number, mapping)
    SELECT $1, document_key, $2, key, 'product', 'all', key, true, hash, nextval('send_seq'), clock_timestamp(), 0, 1 FROM fenced ORDER BY document_key
    ON CONFLICT (connection, document_key) DO UPDATE SET
      in_doubt = true, intended_hash = excluded.intended_hash, send_number = excluded.send_number, sent_at = excluded.sent_at
    RETURNING m.document_key AS key, m.entity_key, m.send_number AS send
  )
  SELECT d.key, d.send, k.target_id AS id FROM doubted d LEFT JOIN known k ON k.entity_key = d.entity_key`;

const settling = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::text[])
      AS i(key, revision, token, document_key, send_number, hash, document)
  ),
  acknowledged AS (
    UPDATE mirror_document m SET hash = i.hash, document = i.document::json, in_doubt = false, intended_hash = NULL, acknowledged_at = clock_timestamp()
    FROM input i WHERE m.connection = $1 AND m.document_key = i.document_key AND m.send_number = i.send_number AND m.in_doubt
    RETURNING m.entity_key
  ),
  named AS (
    INSERT INTO identity AS d (connection, pipeline, entity_key, resource, target_id)
    SELECT $1, $2, entity_key, 'product', entity_key FROM acknowledged ORDER BY entity_key
    ON CONFLICT (connection, pipeline, entity_key) DO UPDATE SET target_id = excluded.target_id WHERE d.target_id <> excluded.target_id
  ),
  addressed AS (
    UPDATE address a SET target_id = k.entity_key FROM acknowledged k
    WHERE a.connection = $1 AND a.resource = 'product' AND a.address = k.entity_key AND a.target_id IS DISTINCT FROM k.entity_key
  )
  DELETE FROM queue_entry q USING input i
  WHERE q.pipeline = $2 AND q.entity_key = i.key AND q.revision = i.revision AND q.token = i.token`;
