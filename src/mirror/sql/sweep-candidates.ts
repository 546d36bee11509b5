import type { Sql } from '../../database/sql.js';

export interface SweepCandidate {
  readonly documentKey: string;
  readonly entityKey: string;
  readonly sendNumber: number;
}

/**
 * What the shop has of a pipeline and a completed pass did not list: last sent before the pass began, by
 * the database's clock, and with nothing open (rule 11). One document an entity: the base. Candidates are
 * no proof; each is fetched, and must be explicitly absent. `live` counts all entities the shop has.
 */
export async function sweepCandidates(sql: Sql, pipeline: string, pass: number): Promise<{ candidates: SweepCandidate[]; live: number }> {
  const rows = await sql.query<SweepCandidate>(
    `SELECT DISTINCT ON (m.entity_key) m.document_key AS "documentKey", m.entity_key AS "entityKey", m.send_number AS "sendNumber"
     FROM mirror_document m
     LEFT JOIN sighting s ON s.pipeline = m.pipeline AND s.entity_key = m.entity_key
     WHERE m.pipeline = $1 AND (m.state = 'live' OR m.in_doubt) AND s.pass IS DISTINCT FROM $2
       AND m.sent_at < (SELECT started_at FROM sync_run WHERE id = $2)
       AND NOT EXISTS (SELECT 1 FROM queue_entry q WHERE q.pipeline = m.pipeline AND q.entity_key = m.entity_key)
     ORDER BY m.entity_key, m.document_key`,
    [pipeline, pass],
  );
  const [count] = await sql.query<{ live: number }>(
    `SELECT count(DISTINCT entity_key)::int AS live FROM mirror_document WHERE pipeline = $1 AND (state = 'live' OR in_doubt)`,
    [pipeline],
  );
  return { candidates: rows, live: count?.live ?? 0 };
}
