import type { Sql } from '../../../database/sql.js';

/** An entity of one pipeline. */
export interface FoundEntity {
  readonly pipeline: string;
  readonly key: string;
}

/** At most so many: a name that means more of them is none. */
const most = 20;

/** Entities that were ever seen under this name: their key, the key of one of their documents, or a SKU they have in the shop. */
export async function findEntities(sql: Sql, name: string, pipeline: string | undefined): Promise<FoundEntity[]> {
  return sql.query<FoundEntity>(
    `WITH known AS MATERIALIZED (
       SELECT array_agg(pipeline) AS pipelines, array_agg(DISTINCT target_connection) FILTER (WHERE target_connection IS NOT NULL) AS connections
       FROM pipeline_state WHERE $2::text IS NULL OR pipeline = $2
     ),
     found AS (
       SELECT q.pipeline, q.entity_key FROM queue_entry q, known k WHERE q.pipeline = ANY(k.pipelines) AND q.entity_key = $1
       UNION
       SELECT s.pipeline, s.entity_key FROM sighting s, known k WHERE s.pipeline = ANY(k.pipelines) AND s.entity_key = $1
       UNION
       SELECT m.pipeline, m.entity_key FROM mirror_document m, known k WHERE m.pipeline = ANY(k.pipelines) AND m.entity_key = $1
       UNION
       SELECT m.pipeline, m.entity_key FROM mirror_document m, known k
       WHERE m.connection = ANY(k.connections) AND m.document_key = $1 AND m.pipeline = ANY(k.pipelines)
       UNION
       SELECT a.pipeline, a.entity_key FROM address a, known k
       WHERE a.connection = ANY(k.connections) AND a.address IN ($1, lower($1)) AND a.pipeline = ANY(k.pipelines)
     )
     SELECT pipeline, entity_key AS key FROM found ORDER BY pipeline, entity_key LIMIT ${most}`,
    [name, pipeline ?? null],
  );
}
