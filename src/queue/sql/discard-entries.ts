import type { Sql } from '../../database/sql.js';
import { filterCondition, filterParameters, narrowStates, type EntryFilter } from '../entry-filter.js';
import { audited, auditParameters, type AuditedAction } from './audit.js';
import { countForRuns } from './count-for-runs.js';

/** What a person can discard: what nobody works on any more. */
export const discardable = ['dead', 'absent', 'held'] as const;

/**
 * What is discarded was counted as dead or absent when it became so, and is counted as discarded instead (S15); what
 * is held was not counted yet. The mirror is left as it is: it says what the shop has.
 */
const statement = `
  WITH chosen AS MATERIALIZED (
    SELECT q.pipeline, q.entity_key, q.state, q.run FROM queue_entry q
    WHERE ${filterCondition}
    ORDER BY q.pipeline, q.entity_key FOR UPDATE
  ),
  discarded AS (
    DELETE FROM queue_entry q USING chosen c WHERE q.pipeline = c.pipeline AND q.entity_key = c.entity_key
  ),
  ${countForRuns(`
    SELECT run, 'discarded' AS name, 1 AS change FROM chosen WHERE run IS NOT NULL
    UNION ALL SELECT run, state, -1 FROM chosen WHERE run IS NOT NULL AND state IN ('dead', 'absent')`)},
  ${audited(6, `jsonb_build_object('entries', (SELECT count(*) FROM chosen))`)}
  SELECT count(*) AS entries FROM chosen`;

/** Takes entries out of the queue for good; answers how many. A new version of their records opens new ones. */
export async function discardEntries(sql: Sql, filter: EntryFilter, action: AuditedAction): Promise<number> {
  const [row] = await sql.query<{ entries: number }>(statement, [
    ...filterParameters(narrowStates(filter, discardable)),
    ...auditParameters(action),
  ]);
  return row?.entries ?? 0;
}
