import type { Cause } from '../entry.js';
import { calledAgain, countForRuns, seenByRuns } from './count-for-runs.js';
import { moveCursor } from './move-cursor.js';

/** Over, for the run that opened it: whoever opens it again counts it anew. */
const closed = `('dead', 'absent')`;

/** Nobody works on it. What is held is not over: it goes on as what it was (rule 14). */
const resting = `('dead', 'absent', 'held')`;

/** Of an input `i`: this very version had been seen before, when nothing could be added to it any more. */
const wasClosed = `EXISTS (
               SELECT 1 FROM sighting x
               WHERE x.pipeline = i.pipeline AND x.entity_key = i.key AND x.version = i.version AND x.version_closed
             )`;

/** Rule 2, of an input `i` and its sighting `s` (under lock): a version not seen before, or one that was still open when it was seen. */
const isFresh = `(i.version IS NULL OR s.entity_key IS NULL OR s.version IS DISTINCT FROM i.version OR NOT ${wasClosed})`;

/** The same of what was written down of it (`w`): a version that was there already, and closed, is not written. */
const isFreshAsWritten = `(i.version IS NULL OR w.entity_key IS NOT NULL OR NOT ${wasClosed})`;

/** Of an input `i` and its entry `o`: a sign of life of what was absent. */
const isBack = `(o.state IS NOT DISTINCT FROM 'absent' AND i.kind <> 'deleted')`;

export const isNews = `(${isFresh} OR ${isBack})`;

/** Of an input `i` and its sighting `s`: its record was read before. What only a sweep has listed has no version yet. */
const isKnown = `(s.entity_key IS NOT NULL AND (s.version IS NOT NULL OR i.version IS NULL))`;

/**
 * Of an input `i`, its sighting `s` and its entry `o`: none of the fields that changed is watched, and nobody works on the record.
 * What was never read is queued, as what was never seen is.
 */
export const isUnwatched = `(i.unwatched AND o.state IS NULL AND ${isKnown})`;

/** Whoever reads the source says which version there is; the others ask for an entry whatever is there. */
const sees: readonly Cause[] = ['delta', 'event', 'full', 'initial', 'mapping', 'sweep'];

/** An event sees nothing: taken for a sighting, what it says would make no news of what the delta finds. */
const writesSightings: readonly Cause[] = ['delta', 'full', 'initial', 'mapping', 'sweep'];

/** Of a sweep's candidate nothing is news: it is believed to be gone. */
const bringsNews: readonly Cause[] = ['delta', 'event', 'full', 'initial', 'mapping'];

/** They go over all keys: what they list has been seen by their pass. */
const marks: readonly Cause[] = ['full', 'initial', 'mapping'];

/** What they find and is no news stays unqueued. */
const asksForNewsOnly: readonly Cause[] = ['delta', 'event'];

/**
 * Locks in one order, for all statements alike: deliveries or cursor, sightings, entries, related hints, each by key, and runs by number.
 *
 * `seen` (of a delta: `sighted`) reads the sightings' newest versions, under lock. A row that somebody inserted after this
 * statement began is not among them, and one that somebody changed meanwhile came with entries this
 * statement cannot see: both count as news, which costs a needless revision and loses nothing. What is no
 * news must have been so in the statement's own snapshot too, where its entry is visible and gets the hold.
 *
 * One statement a cause, with the cause in its text: the planner leaves out what does not concern it, and keeps one plan. `seen`
 * and `opened` look up key by key, in the order of the input: as a condition on all keys at once, statistics that lag
 * behind a first load made a scan of the pipeline of it, each row compared with each key (77 of 110 ms).
 *
 * With `counted` what becomes of the input is counted for its runs in the same statement: how often each was told is its
 * column `told`. `last` are conditions that hold once all other locks are taken.
 */
export const enqueueFrom = (input: string, cause: Cause, counted: { readonly last: string } | null = null): string => {
  const fate = fates(cause);
  const writesFirst = cause === 'delta';
  return `
  WITH ${moveCursor},
  ${input},
  ${sees.includes(cause) ? seen(cause) : unseen},
  ${writesFirst ? `${sighted(cause, 'input')},` : ''}
  met AS MATERIALIZED (
    SELECT i.*, ${isKnown} AS known, ${writesFirst ? isFreshAsWritten : isFresh} AS fresh
    FROM input i
    LEFT JOIN seen s ON s.pipeline = i.pipeline AND s.entity_key = i.key
    ${writesFirst ? 'LEFT JOIN sighted w ON w.pipeline = i.pipeline AND w.entity_key = i.key' : ''}
    WHERE (SELECT open FROM gate)
  ),
  opened AS MATERIALIZED (
    SELECT o.* FROM met i
    CROSS JOIN LATERAL (
      SELECT e.pipeline, e.entity_key, e.state FROM queue_entry e
      WHERE e.pipeline = i.pipeline AND e.entity_key = i.key LIMIT 1 FOR UPDATE
    ) o
    -- What is news whatever stands in the queue asks nothing of it.
    WHERE (SELECT count(*) FROM met${asksForNewsOnly.includes(cause) ? ' WHERE unwatched OR NOT fresh' : ''}) > 0
  ),
  judged AS MATERIALIZED (
    SELECT i.*, o.state, ${bringsNews.includes(cause) ? `(i.fresh OR ${isBack}) AND NOT (i.unwatched AND i.known AND o.state IS NULL)` : 'false'} AS news
    FROM met i
    LEFT JOIN opened o ON o.pipeline = i.pipeline AND o.entity_key = i.key
  ),
  ${[
    ...(writesSightings.includes(cause) && !writesFirst ? [sighted(cause, 'judged')] : []),
    ...(bringsNews.includes(cause) ? [news(cause)] : []),
    ...(asksForNewsOnly.includes(cause) ? [] : [insisted(cause)]),
    ...(cause === 'delta' ? [held] : []),
  ].join(',\n')}${counted === null ? '' : `,${counting(fate, counted.last)}`}
  ${
    counted === null
      ? `SELECT g.open, j.pipeline, j.key, w.revision, ${fate.text} AS fate
  FROM gate g
  LEFT JOIN judged j ON true
  LEFT JOIN (${fate.from}) w ON w.pipeline = j.pipeline AND w.entity_key = j.key`
      : 'SELECT g.open, j.pipeline, j.key, j.revision, j.fate FROM gate g LEFT JOIN fates j ON true'
  }`;
};

/** Counts for the runs that opened them, all entries being written: killed, neither is there (S15). */
const counting = (fate: Fates, last: string): string => `
  fates AS MATERIALIZED (
    SELECT j.pipeline, j.key, j.run, j.told, w.revision, ${fate.text} AS fate
    FROM judged j LEFT JOIN (${fate.from}) w ON w.pipeline = j.pipeline AND w.entity_key = j.key
  ),
  ${countForRuns(seenByRuns(`SELECT run, told, fate FROM fates WHERE ${last}`), calledAgain)}`;

interface Fates {
  readonly text: string;
  readonly from: string;
}

function fates(cause: Cause): Fates {
  const insisting = !asksForNewsOnly.includes(cause);
  return {
    text: `CASE WHEN w.opened THEN 'enqueued'
              WHEN w.revision IS NOT NULL${insisting ? ` OR j.state NOT IN ${closed}` : ''} THEN 'coalesced'
              ELSE 'filtered' END`,
    from: [...(bringsNews.includes(cause) ? ['SELECT * FROM news'] : []), ...(insisting ? ['SELECT * FROM insisted'] : [])].join(
      ' UNION ALL ',
    ),
  };
}

/** Columns of an entry that nobody has yet; the same for news and for what is queued without news. */
const fresh = (cause: Cause): string => `
  INSERT INTO queue_entry AS e (pipeline, entity_key, kind, state, cause, revision, claim_order, priority, enqueued_at,
                                version, version_order, changed_fields, hold, proof, run)
  SELECT j.pipeline, j.key, j.kind, 'ready', '${cause}', nextval('revision_seq'), now() - j.priority * interval '60 s', j.priority, now(),
         j.version, j.version_order, coalesce(j.fields, '{}'), $7::bigint, ${cause === 'sweep' ? '$8::bigint' : 'NULL::bigint'}, j.run
  FROM judged j`;

const unseen = 'seen AS (SELECT pipeline, entity_key, version, version_closed FROM sighting WHERE false)';

/** A delta learns from writing sightings down what is fresh; of what nobody watches it must know what was there before. */
const seen = (cause: Cause): string => `
  seen AS MATERIALIZED (
    SELECT s.* FROM input i
    CROSS JOIN LATERAL (
      SELECT s.pipeline, s.entity_key, s.version, s.version_closed FROM sighting s
      WHERE s.pipeline = i.pipeline AND s.entity_key = i.key LIMIT 1 FOR UPDATE
    ) s
    WHERE (SELECT open FROM gate)${cause === 'delta' ? ' AND EXISTS (SELECT 1 FROM input WHERE unwatched)' : ''}
  )`;

/** A sweep's candidate is believed to be gone: whatever is seen of it next is news. */
const sighted = (cause: Cause, from: 'input' | 'judged'): string => `
  sighted AS (
    INSERT INTO sighting AS s (pipeline, entity_key, version, version_order, version_closed, pass)
    SELECT pipeline, key, version, version_order, closed, ${marks.includes(cause) ? '$8::bigint' : 'NULL::bigint'}
    FROM ${from} WHERE (SELECT open FROM gate) AND (SELECT count(*) FROM seen) >= 0
    ORDER BY pipeline, key
    ON CONFLICT (pipeline, entity_key) DO UPDATE SET
      version = excluded.version,
      version_order = excluded.version_order,
      version_closed = excluded.version_closed OR (s.version_closed AND s.version IS NOT DISTINCT FROM excluded.version),
      pass = GREATEST(s.pass, excluded.pass)
    WHERE s.version IS DISTINCT FROM excluded.version OR (excluded.version_closed AND NOT s.version_closed) OR excluded.pass > coalesce(s.pass, 0)
    RETURNING s.pipeline, s.entity_key
  )`;

const news = (cause: Cause): string => `
  news AS (
    ${fresh(cause)} WHERE j.news ORDER BY j.pipeline, j.key
    ON CONFLICT (pipeline, entity_key) DO UPDATE SET
      revision = excluded.revision,
      state = CASE WHEN e.state IN ('leased', 'submitted') THEN e.state ELSE 'ready' END,
      kind = CASE WHEN e.kind = 'created' AND excluded.kind = 'updated' THEN 'created' ELSE excluded.kind END,
      cause = CASE WHEN e.state IN ${resting} OR e.cause = 'sweep' THEN excluded.cause ELSE e.cause END,
      enqueued_at = CASE WHEN e.state IN ${closed} THEN excluded.enqueued_at ELSE e.enqueued_at END,
      claim_order = CASE WHEN e.state IN ${closed} THEN excluded.claim_order
                         ELSE LEAST(e.claim_order, e.enqueued_at - excluded.priority * interval '60 s') END,
      priority = CASE WHEN e.state IN ${closed} THEN excluded.priority ELSE GREATEST(e.priority, excluded.priority) END,
      due_at = NULL,
      version = CASE WHEN excluded.version_order < e.version_order AND e.state NOT IN ${resting} AND 'deleted' NOT IN (e.kind, excluded.kind)
                     THEN e.version ELSE excluded.version END,
      version_order = CASE WHEN e.state IN ${resting} OR 'deleted' IN (e.kind, excluded.kind) THEN excluded.version_order
                           ELSE GREATEST(e.version_order, excluded.version_order) END,
      -- [] means unknown, so all: it wins.
      changed_fields = CASE WHEN e.changed_fields = '{}' OR excluded.changed_fields = '{}' THEN '{}'
                            ELSE ARRAY(SELECT DISTINCT f FROM unnest(e.changed_fields || excluded.changed_fields) AS f ORDER BY f) END,
      -- While a token stands, what comes now belongs to the next round (rule 15).
      hold = CASE WHEN e.state IN ${closed} THEN excluded.hold WHEN e.token IS NOT NULL THEN e.hold ELSE LEAST(e.hold, excluded.hold) END,
      next_hold = CASE WHEN e.token IS NULL THEN NULL WHEN e.state IN ${closed} THEN excluded.hold ELSE LEAST(e.next_hold, excluded.hold) END,
      attempts = CASE WHEN e.state IN ('leased', 'submitted') THEN e.attempts ELSE 0 END,
      -- What killed its worker goes on running alone.
      losses = CASE WHEN e.state IN ${closed} THEN LEAST(e.losses, 1) ELSE e.losses END,
      losses_alone = CASE WHEN e.state IN ${closed} THEN 0 ELSE e.losses_alone END,
      -- A later sighting voids the proof of absence (rule 11).
      proof = CASE WHEN excluded.kind = 'deleted' THEN e.proof END,
      stale_since = NULL, error_code = NULL, error_message = NULL, error_field = NULL, error_fingerprint = NULL,
      run = CASE WHEN e.state IN ${closed} THEN excluded.run ELSE e.run END
    RETURNING e.pipeline, e.entity_key, e.revision, e.enqueued_at = now() AS opened
  )`;

/** What waits is let go by whoever changed what it may have waited for. */
const released = (cause: Cause): string =>
  `(e.state = 'parked' AND '${cause}' IN ('reference', 'mapping', 'manual') OR e.state = 'waiting' AND '${cause}' IN ('mapping', 'manual'))`;

const insisted = (cause: Cause): string => `
  insisted AS (
    ${fresh(cause)} WHERE NOT j.news ORDER BY j.pipeline, j.key
    ON CONFLICT (pipeline, entity_key) DO UPDATE SET
      -- What a worker has under lease (or may still settle) was read or mapped before this: it goes round once more.
      revision = CASE WHEN e.token IS NOT NULL AND (e.state IN ${closed} OR '${cause}' IN ('reference', 'mapping', 'manual'))
                      THEN excluded.revision ELSE e.revision END,
      state = CASE WHEN e.state IN ${resting} THEN 'ready'
                   WHEN ${released(cause)} THEN 'ready'
                   ELSE e.state END,
      kind = CASE WHEN e.state IN ${resting} AND '${cause}' = 'sweep' THEN excluded.kind ELSE e.kind END,
      cause = CASE WHEN e.state IN ${resting} THEN excluded.cause ELSE e.cause END,
      enqueued_at = CASE WHEN e.state IN ${closed} THEN excluded.enqueued_at ELSE e.enqueued_at END,
      claim_order = CASE WHEN e.state IN ${closed} THEN excluded.claim_order
                         ELSE LEAST(e.claim_order, e.enqueued_at - excluded.priority * interval '60 s') END,
      priority = CASE WHEN e.state IN ${closed} THEN excluded.priority ELSE GREATEST(e.priority, excluded.priority) END,
      due_at = CASE WHEN e.state IN ('waiting', 'parked') AND NOT ${released(cause)} THEN e.due_at END,
      -- A person takes what the source has now.
      version_order = CASE WHEN '${cause}' = 'manual' THEN NULL ELSE e.version_order END,
      changed_fields = '{}',
      hold = CASE WHEN e.state IN ${closed} THEN NULL ELSE e.hold END,
      next_hold = CASE WHEN e.state IN ${closed} THEN NULL ELSE e.next_hold END,
      attempts = CASE WHEN e.state IN ${closed} OR ${released(cause)} THEN 0 ELSE e.attempts END,
      losses = CASE WHEN e.state IN ${closed} THEN LEAST(e.losses, 1) ELSE e.losses END,
      losses_alone = CASE WHEN e.state IN ${closed} THEN 0 ELSE e.losses_alone END,
      proof = CASE WHEN '${cause}' IN ('full', 'initial', 'mapping') THEN NULL WHEN e.state IN ${resting} THEN excluded.proof ELSE e.proof END,
      stale_since = CASE WHEN e.state IN ${resting} THEN NULL ELSE e.stale_since END,
      error_code = CASE WHEN e.state IN ${resting} THEN NULL ELSE e.error_code END,
      error_message = CASE WHEN e.state IN ${resting} THEN NULL ELSE e.error_message END,
      error_field = CASE WHEN e.state IN ${resting} THEN NULL ELSE e.error_field END,
      error_fingerprint = CASE WHEN e.state IN ${resting} THEN NULL ELSE e.error_fingerprint END,
      run = CASE WHEN e.state IN ${closed} THEN excluded.run ELSE e.run END
    WHERE CASE WHEN e.state IN ${closed} THEN '${cause}' NOT IN ('full', 'initial')
               -- A pass judges anew what an earlier one held (rule 14).
               WHEN e.state = 'held' THEN true
               WHEN '${cause}' = 'sweep' THEN false
               WHEN '${cause}' IN ('full', 'initial') THEN e.proof IS NOT NULL OR e.changed_fields <> '{}' OR e.priority < excluded.priority
               ELSE true END
    RETURNING e.pipeline, e.entity_key, e.revision, e.enqueued_at = now() AS opened
  )`;

const held = `
  held AS (
    -- No news, but the delta did find it: until it is settled the last sync time may not pass it. The hold of a
    -- round that is under way says nothing of the next one: that round may end with what was read before this. What a
    -- first load had listed already, edited before its page was read, has the delta's place in the order from now on.
    UPDATE queue_entry e
    SET hold = CASE WHEN e.token IS NULL THEN LEAST(e.hold, $7::bigint) ELSE e.hold END,
        next_hold = CASE WHEN e.token IS NULL THEN e.next_hold ELSE LEAST(e.next_hold, $7::bigint) END,
        claim_order = LEAST(e.claim_order, e.enqueued_at - j.priority * interval '60 s'),
        priority = GREATEST(e.priority, j.priority)
    FROM judged j
    WHERE EXISTS (SELECT 1 FROM judged WHERE NOT news) AND NOT j.news AND e.pipeline = j.pipeline AND e.entity_key = j.key AND e.state NOT IN ${closed}
      AND e.entity_key = ANY(ARRAY(SELECT key FROM judged WHERE NOT news))
      AND ($7::bigint < coalesce(CASE WHEN e.token IS NULL THEN e.hold ELSE e.next_hold END, 9223372036854775807) OR e.priority < j.priority)
  )`;

/** A page as it comes, each record once; the statement of each cause is made once. */
export function enqueueStatement(cause: Cause, counted: boolean): string {
  const name = counted ? `${cause} counted` : cause;
  const known = statements.get(name);
  if (known !== undefined) return known;
  const statement = enqueueFrom(page(counted), cause, counted ? { last: 'true' } : null);
  statements.set(name, statement);
  return statement;
}

const statements = new Map<string, string>();

const page = (counted: boolean): string => `
  input AS MATERIALIZED (
    SELECT DISTINCT ON (i.pipeline, i.key) i.*
    FROM jsonb_to_recordset($6::jsonb)
      AS i(pipeline text, key text, kind text, version text, version_order bigint, closed boolean, priority int, fields text[], unwatched boolean, run bigint${counted ? ', told int' : ''})
    ORDER BY i.pipeline, i.key
  )`;

/** Whether its statement takes the pass, as its last parameter. */
export function takesPass(cause: Cause): boolean {
  return marks.includes(cause) || cause === 'sweep';
}
