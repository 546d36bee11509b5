/**
 * Locks in one order: entries, mirror rows, addresses, each by key. What is locked is read in its newest
 * version; everything else in the statement's snapshot. Therefore an address that changed hands between
 * snapshot and lock (`known` differs) is never taken over by what the snapshot says of its owner.
 *
 * Rule 9, who may take an address: its owner; anybody where it has none; another entity from an owner that
 * was seen not to want it (`takeFrom`), or that neither stands in the shop nor has an entry open. Never
 * from an owner somebody else has under lease: two entries of one address are not in flight together.
 */
const judging = `
  input AS MATERIALIZED (
    SELECT * FROM json_to_recordset($4::json)
      AS d(entity_key text, revision bigint, token bigint, document_key text, resource text, store text, gone boolean, hash text,
           address text, take_pipeline text, take_key text, read_number bigint)
  ),
  entries AS MATERIALIZED (
    SELECT * FROM (
      -- By key alone: with the state among the conditions it was planned as a scan of everything leased, each row compared with each key.
      SELECT entity_key, revision, token, state, leased_until FROM queue_entry
      WHERE pipeline = $2 AND entity_key = ANY(ARRAY(SELECT entity_key FROM input))
        AND EXISTS (SELECT 1 FROM pipeline_state WHERE pipeline = $2 AND mapping = $3)
      ORDER BY entity_key FOR UPDATE
    ) e
    WHERE e.state = 'leased' AND e.leased_until > clock_timestamp()
  ),
  rows AS MATERIALIZED (
    SELECT document_key, pipeline, entity_key, state, hash, in_doubt, read_number, address FROM mirror_document
    WHERE (SELECT count(*) FROM entries) > 0 AND connection = $1 AND document_key = ANY(ARRAY(SELECT document_key FROM input))
    ORDER BY document_key FOR UPDATE
  ),
  strangers AS MATERIALIZED (
    -- Documents whose row is another entity's, and that one is not done with it.
    SELECT i.document_key FROM input i
    JOIN rows r ON r.document_key = i.document_key AND (r.pipeline, r.entity_key) <> ($2, i.entity_key)
    -- One look for each, and there are next to none: as a subquery it is planned as a hash of the whole queue.
    LEFT JOIN LATERAL (
      SELECT true AS open FROM queue_entry q
      WHERE q.pipeline = r.pipeline AND q.entity_key = r.entity_key AND q.state IN ('ready', 'leased', 'waiting', 'parked', 'submitted') LIMIT 1
    ) q ON true
    WHERE r.in_doubt OR r.state = 'live' AND r.hash IS NOT NULL OR q.open
  ),
  named AS MATERIALIZED (
    -- A take-down is for the address the document was last sent under.
    SELECT i.*, CASE WHEN i.gone THEN r.address ELSE i.address END AS wanted, e.entity_key IS NOT NULL AS fenced,
           r.read_number > i.read_number AS outdated, r.pipeline AS row_pipeline, r.entity_key AS row_key,
           i.document_key IN (SELECT document_key FROM strangers) AS foreign_row,
           r.in_doubt AS doubted, r.address AS row_address,
           (r.pipeline, r.entity_key) = ($2, i.entity_key) AND (r.in_doubt OR r.state = 'live' AND r.hash IS NOT NULL) AS standing
    FROM input i
    LEFT JOIN entries e ON e.entity_key = i.entity_key AND e.revision = i.revision AND e.token = i.token
    LEFT JOIN rows r ON r.document_key = i.document_key
  ),
  addresses AS MATERIALIZED (
    SELECT resource, address, pipeline, entity_key, target_id, ctid FROM address
    WHERE (SELECT count(*) FROM named WHERE fenced) > 0
      AND connection = $1 AND resource = ANY(ARRAY(SELECT DISTINCT resource FROM input)) AND address = ANY(ARRAY(SELECT wanted FROM named WHERE wanted IS NOT NULL))
    ORDER BY resource, address FOR UPDATE
  ),
  contested AS MATERIALIZED (
    SELECT n.document_key,
      CASE
        WHEN n.gone THEN 'owned'
        WHEN NOT EXISTS (SELECT 1 FROM address known WHERE known.connection = $1 AND known.resource = a.resource AND known.address = a.address AND known.ctid = a.ctid) THEN 'stale'
        WHEN o.state = 'submitted' OR (o.state = 'leased' AND NOT (a.pipeline = $2 AND a.entity_key IN (SELECT entity_key FROM entries))) THEN 'owned'
        WHEN (a.pipeline, a.entity_key) = (n.take_pipeline, n.take_key) THEN NULL
        WHEN o.state IN ('ready', 'leased', 'waiting', 'parked') THEN 'owned'
        WHEN EXISTS (SELECT 1 FROM mirror_document m WHERE m.pipeline = a.pipeline AND m.entity_key = a.entity_key AND m.connection = $1
                     AND (m.in_doubt OR m.state = 'live' AND m.hash IS NOT NULL)) THEN 'owned'
      END AS obstacle
    FROM named n
    JOIN addresses a ON a.resource = n.resource AND a.address = n.wanted AND (a.pipeline, a.entity_key) <> ($2, n.entity_key)
    LEFT JOIN LATERAL (SELECT q.state FROM queue_entry q WHERE q.pipeline = a.pipeline AND q.entity_key = a.entity_key LIMIT 1) o ON true
  ),
  judged AS MATERIALIZED (
    SELECT n.*, a.pipeline AS owner_pipeline, a.entity_key AS owner_key, a.target_id AS owner_target,
           (a.pipeline, a.entity_key) = ($2, n.entity_key) AS own, c.obstacle,
           -- Nobody takes the address of what stands in the shop: then it is left as it is. Of what does not, the row is
           -- written again, so that whoever judged it by an older snapshot sees that it changed.
           (a.pipeline, a.entity_key) = ($2, n.entity_key) AND n.standing AND NOT n.gone AS kept
    FROM named n
    LEFT JOIN addresses a ON a.resource = n.resource AND a.address = n.wanted
    LEFT JOIN contested c ON c.document_key = n.document_key
  ),
  rivals AS MATERIALIZED (
    -- Of two entities of this batch that want one address, the owner goes first, and a write before a take-down.
    SELECT j.*, CASE WHEN j.wanted IS NOT NULL AND j.fenced AND j.obstacle IS NULL THEN
             first_value(j.entity_key) OVER (
               PARTITION BY j.resource, j.wanted, j.fenced AND j.obstacle IS NULL
               ORDER BY (coalesce(j.own, false) AND NOT j.gone) DESC, j.gone, j.document_key)
           END AS winner
    FROM judged j
  ),
  verdicts AS MATERIALIZED (
    -- All documents of an entity go, or none does.
    SELECT entity_key,
           CASE WHEN NOT bool_and(fenced) THEN 'superseded'
                WHEN coalesce(bool_or(outdated OR obstacle = 'stale'), false) THEN 'stale'
                WHEN coalesce(bool_or(foreign_row OR obstacle = 'owned' OR winner <> entity_key), false) THEN 'owned'
                ELSE 'send' END AS verdict,
           min(CASE WHEN foreign_row THEN row_pipeline WHEN obstacle = 'owned' THEN owner_pipeline WHEN winner <> entity_key THEN $2 END) AS owner_pipeline,
           min(CASE WHEN foreign_row THEN row_key WHEN obstacle = 'owned' THEN owner_key WHEN winner <> entity_key THEN winner END) AS owner_key
    FROM rivals GROUP BY entity_key
  )`;

const writing = `
  taken AS (
    INSERT INTO address AS a (connection, resource, address, pipeline, entity_key)
    SELECT DISTINCT $1, r.resource, r.wanted, $2, r.entity_key
    FROM rivals r JOIN verdicts v ON v.entity_key = r.entity_key AND v.verdict = 'send'
    WHERE NOT r.gone AND r.wanted IS NOT NULL AND r.kept IS NOT TRUE
    ORDER BY 2, 3
    ON CONFLICT (connection, resource, address) DO UPDATE SET pipeline = excluded.pipeline, entity_key = excluded.entity_key
    -- One that was inserted since the snapshot was not judged.
    WHERE (a.pipeline, a.entity_key) = (excluded.pipeline, excluded.entity_key) OR (a.resource, a.address) IN (SELECT resource, address FROM addresses)
    RETURNING resource, address, entity_key, target_id
  ),
  going AS MATERIALIZED (
    -- Sets, and no correlated EXISTS: the planner takes the batch for a row or two, and compares each with each.
    SELECT r.* FROM rivals r JOIN verdicts v ON v.entity_key = r.entity_key AND v.verdict = 'send'
    WHERE r.entity_key NOT IN (
      SELECT x.entity_key FROM rivals x WHERE NOT x.gone AND x.wanted IS NOT NULL AND x.kept IS NOT TRUE
        AND (x.resource, x.wanted, x.entity_key) NOT IN (SELECT resource, address, entity_key FROM taken))
  ),
  -- Whatever is read after this is fresher than what was read before it.
  stamp AS MATERIALIZED (SELECT nextval('read_seq') AS read_number FROM going LIMIT 1),
  doubted AS (
    INSERT INTO mirror_document AS m (connection, document_key, pipeline, entity_key, resource, store, address, in_doubt, intended_hash,
                                      send_number, sent_at, read_number, mapping)
    SELECT $1, g.document_key, $2, g.entity_key, g.resource, g.store, g.wanted, true, g.hash,
           nextval('send_seq'), clock_timestamp(), (SELECT read_number FROM stamp), $3
    FROM going g
    ORDER BY g.document_key
    ON CONFLICT (connection, document_key) DO UPDATE SET
      pipeline = excluded.pipeline, entity_key = excluded.entity_key, resource = excluded.resource, store = excluded.store,
      address = coalesce(excluded.address, m.address),
      -- A send before this one that was never answered may have been applied, and may still be (rules 4, 19).
      doubt_before = m.in_doubt,
      verify_at = nullif(GREATEST(m.verify_at, CASE WHEN m.intended_hash IS NOT NULL THEN m.sent_at + $5 * interval '1 ms' END, now()), now()),
      in_doubt = true, intended_hash = excluded.intended_hash, send_number = excluded.send_number, sent_at = excluded.sent_at,
      read_number = excluded.read_number, mapping = excluded.mapping
    RETURNING m.document_key, m.send_number
  ),
  ceded AS MATERIALIZED (
    -- Addresses that changed hands: what the shop has there now belongs to the new owner.
    SELECT r.resource, r.wanted AS address, r.owner_pipeline, r.owner_key, a.target_id
    FROM going r JOIN addresses a ON a.resource = r.resource AND a.address = r.wanted
    WHERE NOT r.gone AND NOT r.own
  ),
  superseded AS (
    -- A late take-down of what another entity has taken over finds nothing of its own any more.
    UPDATE mirror_document m
    SET state = 'gone', taken_down = 'superseded', in_doubt = false, doubt_before = false, hash = NULL, ref_digest = NULL, document = NULL,
        intended_hash = NULL, rejected_hash = NULL, send_number = nextval('send_seq')
    FROM rivals r
    WHERE m.connection = $1 AND m.document_key = r.document_key AND m.pipeline = $2 AND m.entity_key = r.entity_key AND r.gone
      AND EXISTS (SELECT 1 FROM rivals x JOIN verdicts v ON v.entity_key = x.entity_key AND v.verdict = 'owned'
                  WHERE x.entity_key = r.entity_key AND x.gone AND (x.obstacle = 'owned' OR x.winner <> x.entity_key AND x.winner IN (SELECT entity_key FROM going)))
      AND NOT EXISTS (SELECT 1 FROM rivals x WHERE x.entity_key = r.entity_key AND NOT x.gone)
    RETURNING m.document_key
  ),
  shaken AS (
    -- Under a new number, so that a late answer to an earlier send does not end the doubt.
    UPDATE mirror_document m SET in_doubt = true, doubt_before = true, send_number = nextval('send_seq')
    FROM ceded c
    WHERE m.pipeline = c.owner_pipeline AND m.entity_key = c.owner_key AND m.connection = $1 AND m.state = 'live'
      AND m.document_key NOT IN (SELECT document_key FROM going)
      AND NOT (m.pipeline = $2 AND m.document_key IN (SELECT document_key FROM rivals WHERE gone))
  ),
  unnamed AS (
    DELETE FROM identity i USING ceded c
    WHERE i.connection = $1 AND i.pipeline = c.owner_pipeline AND i.entity_key = c.owner_key AND i.target_id = c.target_id
    RETURNING i.pipeline, i.entity_key
  ),
  called AS MATERIALIZED (
    SELECT i.entity_key, i.target_id FROM identity i
    WHERE i.connection = $1 AND i.pipeline = $2 AND i.entity_key = ANY(ARRAY(SELECT entity_key FROM rivals WHERE kept IS NOT TRUE OR owner_target IS NULL))
      AND (i.pipeline, i.entity_key) NOT IN (SELECT pipeline, entity_key FROM unnamed)
  )`;

/** The id the shop knows the entity by: what stands under the address it wants, or else what it was called so far. */
const answering = `
  SELECT r.document_key AS "documentKey", d.send_number AS "sendNumber",
         CASE WHEN d.send_number IS NOT NULL THEN 'send' WHEN v.verdict = 'send' THEN 'stale' ELSE v.verdict END AS verdict,
         v.owner_pipeline AS "ownerPipeline", v.owner_key AS "ownerKey",
         coalesce(
           t.target_id,
           i.target_id,
           g.target_id
         ) AS "targetId",
         coalesce(r.kept AND NOT r.doubted AND r.row_address = r.wanted AND r.owner_target IS NOT NULL, false) AS named
  FROM rivals r
  JOIN verdicts v ON v.entity_key = r.entity_key
  LEFT JOIN doubted d ON d.document_key = r.document_key
  LEFT JOIN (
    SELECT entity_key, min(target_id) AS target_id
    FROM (SELECT entity_key, target_id FROM taken UNION ALL SELECT entity_key, owner_target FROM rivals WHERE kept) a
    GROUP BY entity_key
  ) t ON t.entity_key = r.entity_key
  LEFT JOIN called i ON i.entity_key = r.entity_key
  LEFT JOIN (SELECT entity_key, min(target_id) AS target_id FROM addresses WHERE pipeline = $2 GROUP BY entity_key) g ON r.gone AND g.entity_key = r.entity_key
  ORDER BY r.document_key`;

export const intendStatement = `WITH ${judging},${writing}${answering}`;
