/** Locks in the order of the intent: entries, mirror rows, each by key. */
const locking = `
  asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset($5::json)
      AS e(key text, revision bigint, token bigint, kind text, after_ms float8, attempt boolean, stale boolean, code text, message text, field text, fingerprint text, skipped json, removal_set bigint)
  ),
  told AS MATERIALIZED (
    SELECT * FROM ROWS FROM (
      json_to_recordset($4::json) AS (document_key text, send_number bigint, result text, hash text, ref_digest text, target_id text, address text, taken_down text, named boolean),
      json_array_elements($6::json)
    ) AS d(document_key, send_number, result, hash, ref_digest, target_id, address, taken_down, named, document)
  ),
  skipped AS MATERIALIZED (
    SELECT a.key, s.document_key, s.send_number FROM asked a, json_to_recordset(a.skipped) AS s(document_key text, send_number bigint)
  ),
  entries AS MATERIALIZED (
    SELECT entity_key, revision, token FROM queue_entry
    WHERE pipeline = $2 AND entity_key = ANY(ARRAY(SELECT key FROM asked))
    ORDER BY entity_key FOR UPDATE
  ),
  rows AS MATERIALIZED (
    SELECT document_key, pipeline, entity_key, resource, send_number, in_doubt, doubt_before,
           hash IS NULL AND acknowledged_at IS NULL AS never
    FROM mirror_document
    WHERE (SELECT count(*) FROM entries) >= 0 AND connection = $1
      AND document_key = ANY(ARRAY(SELECT document_key FROM told UNION SELECT document_key FROM skipped))
    ORDER BY document_key FOR UPDATE
  )`;

/** First fence (rule 5): document key and send number. Whether the entry is still ours makes no difference to what the shop has. */
const mirroring = `
  -- By the key alone, which is joined by a hash; with more conditions the planner expects a row or two, and compares each with each.
  met AS MATERIALIZED (
    SELECT t.*, r.pipeline, r.entity_key, r.resource, r.doubt_before, r.never, r.in_doubt, r.send_number AS last_send
    FROM told t JOIN rows r ON r.document_key = t.document_key
  ),
  answered AS MATERIALIZED (SELECT * FROM met WHERE last_send = send_number AND in_doubt),
  acknowledged AS (
    UPDATE mirror_document m SET
      state = CASE WHEN a.taken_down IS NULL THEN 'live' ELSE 'gone' END, taken_down = a.taken_down,
      hash = CASE WHEN a.taken_down IS DISTINCT FROM 'delete' THEN a.hash END,
      ref_digest = CASE WHEN a.taken_down IS DISTINCT FROM 'delete' THEN a.ref_digest END,
      document = CASE WHEN a.taken_down IS DISTINCT FROM 'delete' AND a.document::text <> 'null' THEN a.document END,
      in_doubt = false, doubt_before = false, intended_hash = NULL, rejected_hash = NULL, acknowledged_at = clock_timestamp()
    FROM answered a
    WHERE a.result = 'acknowledged' AND m.connection = $1 AND m.document_key = a.document_key
  ),
  refused AS (
    -- Definitely not applied: what was acknowledged last still stands, unless an earlier send may have changed it (rule 4).
    UPDATE mirror_document m SET
      in_doubt = m.doubt_before,
      rejected_hash = CASE WHEN a.result = 'rejected' THEN m.intended_hash || ':' || coalesce(a.ref_digest, '') ELSE m.rejected_hash END,
      state = CASE WHEN a.never AND NOT a.doubt_before THEN 'gone' ELSE m.state END,
      intended_hash = NULL
    FROM answered a
    WHERE a.result IN ('rejected', 'not-applied') AND m.connection = $1 AND m.document_key = a.document_key
      AND NOT (a.result = 'not-applied' AND a.never AND NOT a.doubt_before AND m.rejected_hash IS NULL)
  ),
  forgotten AS (
    DELETE FROM mirror_document m USING answered a
    WHERE a.result = 'not-applied' AND a.never AND NOT a.doubt_before AND m.rejected_hash IS NULL
      AND m.connection = $1 AND m.document_key = a.document_key
  ),
  overtaken AS (
    -- A send that was answered only after a later one was made: nobody knows which of the two the shop applied last.
    UPDATE mirror_document m SET verify_at = LEAST(m.verify_at, clock_timestamp())
    FROM met t
    WHERE t.result = 'acknowledged' AND t.last_send > t.send_number AND m.connection = $1 AND m.document_key = t.document_key
  )`;

const naming = `
  names AS MATERIALIZED (
    SELECT DISTINCT ON (pipeline, entity_key) pipeline, entity_key, resource, target_id, named, bool_or(address IS NOT NULL) OVER (PARTITION BY pipeline, entity_key) AS addressed
    FROM answered WHERE result = 'acknowledged' AND target_id IS NOT NULL AND taken_down IS DISTINCT FROM 'delete'
    ORDER BY pipeline, entity_key, (address IS NOT NULL) DESC, document_key
  ),
  identified AS (
    INSERT INTO identity AS i (connection, pipeline, entity_key, resource, target_id)
    SELECT $1, pipeline, entity_key, resource, target_id FROM names WHERE NOT named ORDER BY pipeline, entity_key
    ON CONFLICT (connection, pipeline, entity_key) DO UPDATE SET target_id = excluded.target_id, resource = excluded.resource
    WHERE (i.target_id, i.resource) <> (excluded.target_id, excluded.resource)
  ),
  ousted AS (
    -- What stands under an address belongs to one entity: whoever was known by that id before is not any more (rule 9).
    DELETE FROM identity i USING names n
    WHERE n.addressed AND NOT n.named AND i.connection = $1 AND i.resource = n.resource AND i.target_id = n.target_id
      AND (i.pipeline, i.entity_key) NOT IN (SELECT pipeline, entity_key FROM names)
    RETURNING i.pipeline, i.entity_key
  ),
  shaken AS (
    UPDATE mirror_document m SET in_doubt = true, doubt_before = true, send_number = nextval('send_seq')
    FROM ousted o
    WHERE m.pipeline = o.pipeline AND m.entity_key = o.entity_key AND m.connection = $1 AND m.state = 'live'
      AND m.document_key NOT IN (SELECT document_key FROM told)
  ),
  addressed AS (
    INSERT INTO address AS d (connection, resource, address, pipeline, entity_key, target_id)
    SELECT DISTINCT ON (resource, address) $1, resource, address, pipeline, entity_key, target_id
    FROM answered WHERE result = 'acknowledged' AND taken_down IS NULL AND address IS NOT NULL AND target_id IS NOT NULL AND NOT named
    ORDER BY resource, address, document_key
    ON CONFLICT (connection, resource, address) DO UPDATE SET target_id = excluded.target_id
    WHERE (d.pipeline, d.entity_key) = (excluded.pipeline, excluded.entity_key) AND d.target_id IS DISTINCT FROM excluded.target_id
  ),
  deleted AS MATERIALIZED (
    SELECT DISTINCT a.pipeline, a.entity_key FROM answered a
    WHERE a.result = 'acknowledged' AND a.taken_down = 'delete'
      AND NOT EXISTS (
        SELECT 1 FROM mirror_document m
        WHERE m.pipeline = a.pipeline AND m.entity_key = a.entity_key AND m.connection = $1 AND (m.in_doubt OR m.state = 'live')
          AND m.document_key NOT IN (SELECT document_key FROM answered WHERE result = 'acknowledged' AND taken_down IS NOT NULL))
  ),
  released AS (
    -- Not a join: the planner takes what was answered for one row, and 500 of them for 250,000 comparisons.
    DELETE FROM address d
    WHERE d.connection = $1 AND d.pipeline = ANY(ARRAY(SELECT DISTINCT pipeline FROM answered))
      AND d.entity_key = ANY(ARRAY(SELECT entity_key FROM answered WHERE result = 'acknowledged' AND (address IS NOT NULL AND NOT named OR taken_down = 'delete')))
      AND ((d.pipeline, d.entity_key) IN (SELECT pipeline, entity_key FROM deleted)
           OR (d.pipeline, d.entity_key, d.resource) IN (
                SELECT pipeline, entity_key, resource FROM answered WHERE result = 'acknowledged' AND taken_down IS NULL AND address IS NOT NULL)
              AND (d.resource, d.address) NOT IN (SELECT resource, address FROM answered WHERE address IS NOT NULL))
  ),
  unidentified AS (
    DELETE FROM identity i USING deleted x WHERE i.connection = $1 AND i.pipeline = x.pipeline AND i.entity_key = x.entity_key
  ),
  unreferring AS (
    -- What it uses of the source (a name with a slash) may yet bring it back.
    DELETE FROM reference r USING deleted x
    WHERE r.pipeline = x.pipeline AND r.entity_key = x.entity_key AND position('/' IN r.ref_pipeline) = 0
  )`;

/** Second fence (rule 5): key, revision and token. An entry whose token moved is left to whoever holds it now. */
const closing = `
  -- Worked out once for the batch: inside judged, for each entry again, it was nine tenths of the whole statement.
  unfirm AS MATERIALIZED (
    -- A document was skipped because the mirror held it already: it must hold it still (rule 6).
    SELECT s.key FROM skipped s LEFT JOIN rows r ON r.document_key = s.document_key
    WHERE r.document_key IS NULL OR r.send_number <> s.send_number OR r.in_doubt
    UNION
    -- What was acknowledged was doubted, or sent again, before the answer came: it goes round once more.
    SELECT entity_key FROM met WHERE pipeline = $2 AND result = 'acknowledged' AND last_send > send_number
  ),
  judged AS MATERIALIZED (
    SELECT a.*, e.revision = a.revision AND f.firm AS stands, a.kind = 'done' AND f.firm AS delivered
    FROM asked a
    JOIN entries e ON e.entity_key = a.key AND e.token = a.token
    CROSS JOIN LATERAL (
      SELECT ($3::int IS NULL OR EXISTS (SELECT 1 FROM pipeline_state WHERE pipeline = $2 AND mapping = $3))
         AND a.key <> ALL(ARRAY(SELECT key FROM unfirm)) AS firm
    ) f
  ),
  closed AS (
    -- Keys in an array, and not a join alone: the planner takes the batch for a row or two, and looks at every entry of
    -- the pipeline for each of them.
    DELETE FROM queue_entry WHERE pipeline = $2 AND entity_key = ANY(ARRAY(SELECT key FROM judged WHERE stands AND kind = 'done'))
  ),
  returned AS (
    UPDATE queue_entry q SET
      state = CASE WHEN NOT j.stands OR j.kind = 'release' THEN 'ready' WHEN j.kind = 'retry' THEN 'waiting' WHEN j.kind = 'park' THEN 'parked' ELSE j.kind END,
      due_at = CASE WHEN j.stands AND j.kind IN ('retry', 'park') THEN clock_timestamp() + j.after_ms * interval '1 ms' END,
      attempts = CASE WHEN NOT j.stands THEN 0 ELSE q.attempts + j.attempt::int END,
      -- Delivered although newer news came: the next round begins, with its own time and its own hold.
      losses = CASE WHEN j.delivered THEN 0 ELSE q.losses END,
      losses_alone = CASE WHEN j.delivered THEN 0 ELSE q.losses_alone END,
      enqueued_at = CASE WHEN j.delivered THEN now() ELSE q.enqueued_at END,
      claim_order = CASE WHEN j.delivered THEN now() - q.priority * interval '60 s' ELSE q.claim_order END,
      hold = CASE WHEN j.delivered THEN q.next_hold ELSE LEAST(q.hold, q.next_hold) END, next_hold = NULL,
      stale_since = CASE WHEN j.stands AND j.stale THEN coalesce(q.stale_since, clock_timestamp()) WHEN j.stands AND j.kind = 'release' THEN q.stale_since END,
      error_code = CASE WHEN j.stands THEN j.code END, error_message = CASE WHEN j.stands THEN j.message END, error_field = CASE WHEN j.stands THEN j.field END,
      error_fingerprint = CASE WHEN j.stands THEN j.fingerprint END,
      removal_set = CASE WHEN j.stands AND j.kind = 'held' THEN j.removal_set END,
      -- The version of the removal (rule 14): whoever releases it asks whether anything was sent since.
      removal_send = CASE WHEN j.stands AND j.kind = 'held'
                          THEN (SELECT max(m.send_number) FROM mirror_document m WHERE m.pipeline = $2 AND m.entity_key = j.key) END,
      token = NULL, leased_by = NULL, leased_until = NULL
    FROM judged j
    WHERE NOT (j.stands AND j.kind = 'done') AND q.pipeline = $2 AND q.entity_key = j.key
      AND q.entity_key = ANY(ARRAY(SELECT key FROM judged WHERE NOT (stands AND kind = 'done')))
  )
  SELECT a.key, CASE WHEN j.key IS NULL THEN 'lost' ELSE 'renewed' END AS fate
  FROM asked a LEFT JOIN judged j ON j.key = a.key
  WHERE j.stands IS NOT TRUE`;

export const settleStatement = `WITH ${locking},${mirroring},${naming},${closing}`;
