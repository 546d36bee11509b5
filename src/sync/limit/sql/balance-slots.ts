import type { Sql } from '../../../database/sql.js';

/** What a process says of itself. */
export interface Asked {
  readonly holder: string;
  /** It keeps so many of its slots in any case: requests that are under way, and what it was not told to give up. */
  readonly keeps: number;
  /** It could use so many. */
  readonly wanted: number;
  /** Of the connection, over all processes. */
  readonly limit: number;
  readonly leaseMs: number;
}

export interface Granted {
  readonly slots: number;
  /** Its fair share: what it holds beyond that it gives up as its requests end. */
  readonly target: number;
}

/** Whoever waits without a slot and died keeps its turn no longer. */
const longestTurnMs = 3_000;

/**
 * Renews a holder's slots, takes back what it gives up, and grants it more, up to its share and to what is free: never more than `limit` together, since
 * all of them stand in one row that one statement locks, reads and writes. Shares: the highest level at which everybody who wants that much has it, and
 * what is left over one each, first to whoever has none and has waited longest; of those who have, to the one that had it last, so that processes
 * take turns where there are more of them than slots. A holder that wants and keeps nothing is forgotten.
 *
 * No plain UPDATE: one that waited for the row computed its sub-select from what stood there before, and took a grant of somebody else's back.
 */
const balance = `
  INSERT INTO connection_slots AS c (connection, most) VALUES ($1, $5)
  ON CONFLICT (connection) DO UPDATE SET most = excluded.most, holders = (
    WITH clock AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now),
    known AS (
      SELECT h.key AS holder, (h.value->>'slots')::int AS slots, (h.value->>'wanted')::int AS wanted, (h.value->>'turn')::float8 AS turn, h.value
      FROM jsonb_each(c.holders) h, clock WHERE (h.value->>'until')::float8 > clock.now
    ),
    others AS (SELECT * FROM known WHERE holder <> $2),
    me AS (
      SELECT least($3::int, coalesce(k.slots, 0)) AS slots, CASE WHEN k.slots > 0 AND $3 = 0 THEN clock.now ELSE coalesce(k.turn, clock.now) END AS turn
      FROM clock LEFT JOIN known k ON k.holder = $2
    ),
    all_of_them AS (
      SELECT holder, slots, wanted, turn FROM others UNION ALL SELECT $2::text, slots, $4::int, turn FROM me
    ),
    level AS (
      SELECT max(l) AS level FROM generate_series(0, $5::int) l WHERE (SELECT sum(least(wanted, l)) FROM all_of_them) <= $5
    ),
    rest AS (SELECT $5 - sum(least(wanted, level)) AS rest FROM all_of_them, level),
    ranked AS (
      SELECT holder, row_number() OVER (ORDER BY slots > 0, CASE WHEN slots > 0 THEN -turn ELSE turn END, holder) AS rank
      FROM all_of_them, level WHERE wanted > level
    ),
    share AS (
      SELECT least($4, level) + CASE WHEN EXISTS (SELECT 1 FROM ranked, rest WHERE holder = $2 AND rank <= rest) THEN 1 ELSE 0 END AS target FROM level
    ),
    granted AS (
      SELECT greatest(me.slots, least(share.target, $5 - coalesce((SELECT sum(slots) FROM others), 0)))::int AS slots, share.target FROM me, share
    )
    SELECT coalesce((SELECT jsonb_object_agg(holder, value) FROM others), '{}') || CASE WHEN granted.slots = 0 AND $4 = 0 THEN '{}' ELSE
      jsonb_build_object($2::text, jsonb_build_object(
        'slots', granted.slots, 'wanted', $4, 'target', granted.target,
        'turn', CASE WHEN me.slots = 0 AND granted.slots > 0 THEN clock.now ELSE me.turn END,
        'until', clock.now + CASE WHEN granted.slots = 0 THEN least($6::float8, ${longestTurnMs}) ELSE $6 END))
      END
    FROM clock, me, granted
  )
  RETURNING (c.holders->$2::text->>'slots')::int AS slots, (c.holders->$2::text->>'target')::int AS target`;

export async function balanceSlots(sql: Sql, connection: string, asked: Asked): Promise<Granted> {
  const { holder, keeps, wanted, limit, leaseMs } = asked;
  const [{ slots, target }] = (await sql.query(balance, [connection, holder, keeps, wanted, limit, leaseMs])) as [Row];
  if (slots !== null && target !== null) return { slots, target };
  // It was forgotten; or nobody has used the connection before, and its row is there now.
  return wanted === 0 ? { slots: 0, target: 0 } : balanceSlots(sql, connection, asked);
}

interface Row {
  readonly slots: number | null;
  readonly target: number | null;
}
