import type { Sql } from '../../database/sql.js';
import type { RemovalLimits } from '../../model/removal-limits.js';
import { judgeRemovals, type RemovalVerdict } from '../judge-removals.js';
import { reserved, standing } from './budget.js';
import { reported } from './incident.js';
import { foreseeReservation, whyRefused } from './reserve-removals.js';
import { anySetWaits, forgetMeasures } from './sets.js';

export interface JudgedSet {
  readonly verdict: RemovalVerdict;
  /** How many it had, by the run that opened them. */
  readonly byRun: ReadonlyMap<number | null, number>;
  readonly removals: number;
}

interface Collected {
  readonly id: number;
  readonly reason: string | null;
  readonly live: number;
}

/** Whether a run still reads one of its feeds ($2). One whose process died holds none. */
const reads = (run: string): string => `EXISTS (
      SELECT 1 FROM sync_run r, feed_cursor f WHERE r.id = ${run} AND r.state = 'running' AND f.feed = ANY($2::text[]) AND f.leased_until > now())`;

/** A set whose run reads no more, and of which nothing is left to be mapped. */
const ripe = `
  SELECT h.id, h.reason, ${standing} AS live
  FROM held_removal h
  WHERE h.pipeline = $1 AND h.state = 'collecting'
    AND NOT EXISTS (SELECT 1 FROM queue_entry q WHERE q.pipeline = $1 AND q.state IN ('ready', 'leased') AND q.run = h.run)
    AND NOT ${reads('h.run')}
    AND NOT (h.passing AND EXISTS (SELECT 1 FROM sync_run r WHERE r.id = h.run AND r.state = 'running'))
  ORDER BY h.id LIMIT 1`;

/**
 * How much a run may remove yet: what is not mapped of it, and what is gathered. Counted no further than it matters ($4), and
 * what stands in the shop only where the answer depends on it.
 */
const atMost = `
  SELECT f.*, CASE WHEN NOT f.waits AND f.removals <= $4::bigint THEN ${standing} ELSE 0 END AS live
  FROM (
    SELECT ${reads('$3::bigint')}
           OR EXISTS (SELECT 1 FROM held_removal WHERE pipeline = $1 AND state = 'collecting' AND (reason IS NOT NULL OR passing)) AS waits,
           EXISTS (SELECT 1 FROM sync_run r WHERE r.id = $3::bigint AND r.trigger = 'event') AS event,
           (SELECT count(*) FROM (
              SELECT 1 FROM queue_entry q WHERE q.pipeline = $1 AND q.state IN ('ready', 'leased') AND q.run = $3::bigint LIMIT $4::bigint + 1) AS open)
           + (SELECT count(*) FROM queue_entry q JOIN held_removal h ON h.id = q.removal_set
              WHERE h.pipeline = $1 AND h.run = $3::bigint AND h.state = 'collecting' AND q.state = 'held') AS removals
  ) f`;

/**
 * Whether the removals of a run may go as they come: it reads no more, no pass is under way or suspicious, and were all that is left of it
 * removals, neither the limits of a set nor the budget would hold them. So the few that an ordinary delta brings leave with what takes their place.
 * An event run is no set: it notes what came in a minute, and whoever sent that has no end that could be waited for. It goes by the budget alone.
 */
export async function isHarmless(
  sql: Sql,
  pipeline: string,
  run: number,
  feeds: readonly string[],
  limits: RemovalLimits,
): Promise<boolean> {
  const [found] = await sql.query<{ waits: boolean; event: boolean; live: number; removals: number }>(atMost, [
    pipeline,
    feeds,
    run,
    limits.maxCount,
  ]);
  if (found?.event) return true;
  if (!found || found.waits || judgeRemovals(found.removals, found.live, limits).kind === 'hold') return false;
  return (await foreseeReservation(sql, pipeline, found.removals, limits)) === null;
}

/** Takes the whole set from the budget and lets it go, or does nothing. */
const passing = `
  WITH asked AS MATERIALIZED (SELECT count(*) AS n FROM queue_entry WHERE removal_set = $4 AND state = 'held'),
  ${reserved('(SELECT n FROM asked)', `NOT ${anySetWaits('$1')}`)},
  passed AS (
    UPDATE held_removal SET state = 'passed', decided_at = now()
    WHERE id = $4 AND state = 'collecting' AND EXISTS (SELECT 1 FROM reserved) RETURNING id
  ),
  going AS (
    UPDATE queue_entry q SET state = 'ready', removal_grant = q.revision, removal_set = NULL, error_code = NULL, error_message = NULL, error_fingerprint = NULL
    FROM passed p WHERE q.removal_set = p.id AND q.state = 'held'
  )
  SELECT EXISTS (SELECT 1 FROM passed) AS passed`;

/**
 * Decides what a run removes as one set, once it is through (rule 13): it goes, taken from the budget, or it is held for a
 * person, with everything that was held before. `feeds` are what runs of the pipeline read. Null while there is nothing to decide.
 */
export async function judgeSet(sql: Sql, pipeline: string, feeds: readonly string[], limits: RemovalLimits): Promise<JudgedSet | null> {
  const [collected] = await sql.query<Collected>(ripe, [pipeline, feeds]);
  if (!collected) return null;
  const items = await sql.query<{ run: number | null; count: number }>(
    `SELECT run, count(*) AS count FROM queue_entry WHERE removal_set = $1 AND state = 'held' GROUP BY run`,
    [collected.id],
  );
  const removals = items.reduce((sum, { count }) => sum + count, 0);
  const verdict = await decide(sql, pipeline, collected, removals, limits);
  return { verdict, removals, byRun: new Map(items.map(({ run, count }) => [run, count])) };
}

async function decide(
  sql: Sql,
  pipeline: string,
  { id, reason, live }: Collected,
  removals: number,
  limits: RemovalLimits,
): Promise<RemovalVerdict> {
  if (removals === 0) {
    // A pass that was suspicious and took nothing away is what the next one is measured against.
    await sql.query(
      `WITH ended AS (DELETE FROM held_removal WHERE id = $1 AND state = 'collecting' RETURNING pipeline, reason),
       accepted AS (SELECT pipeline FROM ended WHERE reason IS NOT NULL)
       ${forgetMeasures('accepted')}`,
      [id],
    );
    return { kind: 'go' };
  }
  const judged = reason === null ? judgeRemovals(removals, live, limits) : ({ kind: 'hold', reason } as const);
  const daily = [pipeline, limits.maxCountPerDay, limits.maxPercentPerDay] as const;
  if (judged.kind === 'go') {
    const [row] = await sql.query<{ passed: boolean }>(passing, [...daily, id]);
    if (row?.passed || !(await isCollecting(sql, id))) return judged;
  }
  const why = judged.kind === 'hold' ? judged.reason : await whyRefused(sql, removals, daily);
  await hold(sql, pipeline, id, why);
  return { kind: 'hold', reason: why };
}

/** False where another process has judged it meanwhile. */
async function isCollecting(sql: Sql, id: number): Promise<boolean> {
  return (await sql.query(`SELECT 1 FROM held_removal WHERE id = $1 AND state = 'collecting'`, [id])).length > 0;
}

/** What an earlier set held waits in the newer one from here on, under its reason. A process that dies in between leaves a set to be judged again. */
async function hold(sql: Sql, pipeline: string, id: number, reason: string): Promise<void> {
  if (!(await isCollecting(sql, id))) return;
  await sql.query(
    `WITH earlier AS (
       UPDATE held_removal SET state = 'replaced', decided_at = now() WHERE pipeline = $1 AND state = 'held' AND id <> $2 RETURNING id
     )
     UPDATE queue_entry q SET removal_set = $2 FROM earlier e WHERE q.removal_set = e.id AND q.state = 'held'`,
    [pipeline, id],
  );
  await sql.query(
    `WITH held AS (
       UPDATE held_removal SET state = 'held', reason = $2, held_at = now() WHERE id = $1 AND state = 'collecting' RETURNING pipeline
     ),
     ${reported({ pipeline: '(SELECT pipeline FROM held)', message: '$2', when: 'EXISTS (SELECT 1 FROM held)' })}
     SELECT 1 FROM held`,
    [id, reason],
  );
}
