import type { CursorMove } from '../entry.js';
import { toJsonb } from './jsonb.js';

/**
 * CTEs `moved` and `gate` for statements that write only if the cursor moves (rule 16). Their parameters
 * are $1 to $5; what the row is to hold of the window is one of them. Everything that writes must ask `(SELECT open FROM gate)`; asked first, it also makes the
 * cursor's row the first lock of the statement.
 */
export const moveCursor = `
  moved AS (
    UPDATE feed_cursor SET cursor = $4::jsonb -> 'cursor', under_way = ($4::jsonb -> 'underWay')::boolean, position = coalesce($5::bigint, position), moves = moves + 1, updated_at = now()
    WHERE feed = $1::text AND moves = $2::bigint AND lease_token = $3::bigint
    RETURNING 1
  ),
  gate AS MATERIALIZED (SELECT $1::text IS NULL OR EXISTS (SELECT 1 FROM moved) AS open)`;

export function moveParameters(move: CursorMove | null): unknown[] {
  if (move === null) return [null, null, null, null, null];
  const { feed, expectedMoves, leaseToken, cursor, position, underWay } = move;
  return [feed, expectedMoves, leaseToken, toJsonb({ cursor, underWay }), position];
}
