import type { Sql } from '../../database/sql.js';
import { filterCondition, filterParameters, narrowStates, type EntryFilter } from '../entry-filter.js';
import { audited, auditParameters, type AuditedAction } from './audit.js';
import { countForRuns } from './count-for-runs.js';

/** What a person can have tried again: what was given up on, and what waits. */
export const retriable = ['dead', 'absent', 'parked', 'waiting'] as const;

/**
 * Under a new revision, so that a worker which still has it settles nothing with what it read before (rule 5). A person
 * takes what the source has now, and what the shop rejected is offered to it once more (rule 17). The run that opened
 * an entry goes on counting it: dead and revived, it is owed another end (S15). Locks entries, then mirror rows, each by key, then runs.
 */
const statement = `
  WITH chosen AS MATERIALIZED (
    SELECT q.pipeline, q.entity_key, q.state, q.run FROM queue_entry q
    WHERE ${filterCondition}
    ORDER BY q.pipeline, q.entity_key FOR UPDATE
  ),
  retried AS (
    UPDATE queue_entry q SET
      state = 'ready', cause = 'manual', revision = nextval('revision_seq'), due_at = NULL,
      enqueued_at = CASE WHEN c.state IN ('dead', 'absent') THEN now() ELSE q.enqueued_at END,
      claim_order = CASE WHEN c.state IN ('dead', 'absent') THEN now() - q.priority * interval '60 s' ELSE q.claim_order END,
      hold = CASE WHEN c.state IN ('dead', 'absent') THEN NULL ELSE q.hold END,
      version_order = NULL, changed_fields = '{}', stale_since = NULL,
      attempts = 0, losses = LEAST(q.losses, 1), losses_alone = 0,
      error_code = NULL, error_message = NULL, error_field = NULL, error_fingerprint = NULL
    FROM chosen c
    WHERE q.pipeline = c.pipeline AND q.entity_key = c.entity_key
  ),
  offered AS MATERIALIZED (
    SELECT m.connection, m.document_key FROM mirror_document m
    WHERE m.rejected_hash IS NOT NULL AND (m.pipeline, m.entity_key) IN (SELECT pipeline, entity_key FROM chosen)
    ORDER BY m.connection, m.document_key FOR UPDATE
  ),
  forgiven AS (
    UPDATE mirror_document m SET rejected_hash = NULL FROM offered o WHERE m.connection = o.connection AND m.document_key = o.document_key
  ),
  ${countForRuns(`SELECT run, 'revived' AS name, 1 AS change FROM chosen
    WHERE run IS NOT NULL AND state IN ('dead', 'absent') AND (SELECT count(*) FROM offered) >= 0`)},
  ${audited(6, `jsonb_build_object('entries', (SELECT count(*) FROM chosen))`)}
  SELECT count(*) AS entries FROM chosen`;

/** Makes entries ready once more; answers how many. Those under way, held or ready are left alone. */
export async function retryEntries(sql: Sql, filter: EntryFilter, action: AuditedAction): Promise<number> {
  const [row] = await sql.query<{ entries: number }>(statement, [
    ...filterParameters(narrowStates(filter, retriable)),
    ...auditParameters(action),
  ]);
  return row?.entries ?? 0;
}
