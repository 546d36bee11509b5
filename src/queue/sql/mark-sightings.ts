import type { Sql } from '../../database/sql.js';
import type { EnqueueRequest } from '../entry.js';
import { toJsonb } from './jsonb.js';
import { moveCursor, moveParameters } from './move-cursor.js';

/**
 * Marks what a sweep's page lists with the sweep's pass, together with its cursor (rule 11). A record not
 * seen before gets no version: had it one, the delta that finds it next would take it for old news.
 */
const statement = `
  WITH ${moveCursor},
  marked AS (
    INSERT INTO sighting AS s (pipeline, entity_key, pass)
    SELECT i.pipeline, i.key, $7::bigint
    FROM jsonb_to_recordset($6::jsonb) AS i(pipeline text, key text)
    WHERE (SELECT open FROM gate)
    ORDER BY i.pipeline, i.key
    ON CONFLICT (pipeline, entity_key) DO UPDATE SET pass = excluded.pass
    WHERE s.pass IS NULL OR s.pass < excluded.pass
  )
  SELECT open FROM gate`;

/** Answers false when the cursor's compare-and-set lost: then nothing was written. */
export async function markSightings(
  sql: Sql,
  request: Pick<EnqueueRequest, 'move' | 'pass'> & { readonly keys: readonly { pipeline: string; key: string }[] },
): Promise<boolean> {
  const [row] = await sql.query<{ open: boolean }>(statement, [...moveParameters(request.move), toJsonb(request.keys), request.pass]);
  return row?.open ?? false;
}
