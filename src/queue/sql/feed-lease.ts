import type { Sql } from '../../database/sql.js';
import type { JsonValue } from '../../model/json.js';

/** Where a feed stands, and the right to move it. */
export interface TakenFeed {
  readonly cursor: JsonValue | null;
  /** What the next move must find (rule 16). */
  readonly moves: number;
  /** Everything up to here is enqueued; null before the first window was closed. */
  readonly position: number | null;
  /** The cursor stands in the middle of a window that a reader before has begun. */
  readonly underWay: boolean;
  readonly leaseToken: number;
}

/** Takes a feed for `leaseMs`; null while somebody else holds it. A feed nobody has read yet begins without a cursor. */
export async function takeFeed(sql: Sql, feed: string, owner: string, leaseMs: number): Promise<TakenFeed | null> {
  const [row] = await sql.query<TakenFeed>(
    `INSERT INTO feed_cursor AS f (feed, leased_by, lease_token, leased_until, updated_at)
     VALUES ($1, $2, nextval('token_seq'), clock_timestamp() + $3 * interval '1 ms', now())
     ON CONFLICT (feed) DO UPDATE
       SET leased_by = excluded.leased_by, lease_token = excluded.lease_token, leased_until = clock_timestamp() + $3 * interval '1 ms'
       WHERE f.leased_until IS NULL OR f.leased_until <= clock_timestamp()
     RETURNING f.cursor, f.moves, f.position, f.under_way AS "underWay", f.lease_token AS "leaseToken"`,
    [feed, owner, leaseMs],
  );
  return row ?? null;
}

/** Where a feed stands, without taking it; null where nobody has subscribed to it. */
export async function lookAtFeed(sql: Sql, feed: string): Promise<(Pick<TakenFeed, 'underWay'> & { readonly cursor: JsonValue }) | null> {
  const [row] = await sql.query<{ cursor: JsonValue; underWay: boolean }>(
    'SELECT cursor, under_way AS "underWay" FROM feed_cursor WHERE feed = $1 AND cursor IS NOT NULL',
    [feed],
  );
  return row ?? null;
}

/** Keeps the lease for another `leaseMs`; false when somebody else took it meanwhile. */
export async function renewFeed(sql: Sql, feed: string, leaseToken: number, leaseMs: number): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE feed_cursor SET leased_until = clock_timestamp() + $3 * interval '1 ms' WHERE feed = $1 AND lease_token = $2 RETURNING 1 AS held`,
    [feed, leaseToken, leaseMs],
  );
  return rows.length > 0;
}

/** Gives the lease back; the cursor stays. Does nothing if it is no longer ours. */
export async function releaseFeed(sql: Sql, feed: string, leaseToken: number): Promise<void> {
  await sql.query('UPDATE feed_cursor SET leased_by = NULL, lease_token = NULL, leased_until = NULL WHERE feed = $1 AND lease_token = $2', [
    feed,
    leaseToken,
  ]);
}

/** Removes the cursor of a pass that is complete. Does nothing if the lease is no longer ours. */
export async function dropFeed(sql: Sql, feed: string, leaseToken: number): Promise<void> {
  await sql.query('DELETE FROM feed_cursor WHERE feed = $1 AND lease_token = $2', [feed, leaseToken]);
}

/**
 * Renews the lease of a feed once a third of it has gone, and not with every page. Whether it still stands
 * is judged by the statement that moves the cursor; this only keeps it from running out. False: it is lost.
 */
export function feedKeeper(sql: Sql, feed: string, token: number, leaseMs: number): () => Promise<boolean> {
  let renewed = performance.now();
  return async () => {
    const now = performance.now();
    if (now - renewed < leaseMs / 3) return true;
    renewed = now;
    return renewFeed(sql, feed, token, leaseMs);
  };
}
