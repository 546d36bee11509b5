import type { Sql } from '../../database/sql.js';
import type { JsonObject } from '../../model/json.js';
import { readHistory } from '../../mirror/sql/read-history.js';
import { timelineOf, type Moment } from '../timeline.js';
import { listedColumns, type ListedEntry } from './list-entries.js';

/** Something that went wrong with an entity, or that a person should know. */
export interface ShownError {
  readonly time: Date;
  readonly run: number | null;
  readonly stage: string;
  readonly severity: string;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  /** What kind of failure it is; null of what was written before there were any. */
  readonly class: string | null;
  readonly attempt: number | null;
  /** What was sent and answered: { request, answer }. */
  readonly context: JsonObject | null;
  readonly documentKey: string | null;
}

/** What the shop was last told of a document, without the document itself. */
export interface ShownDocument {
  readonly connection: string;
  readonly documentKey: string;
  readonly store: string;
  readonly state: 'live' | 'gone';
  readonly inDoubt: boolean;
  readonly takenDown: string | null;
  readonly address: string | null;
  readonly targetId: string | null;
  readonly sentAt: Date;
  readonly acknowledgedAt: Date | null;
}

/** Everything the program knows of one entity in one pipeline. */
export interface ShownEntity {
  /** Null where nothing is open: then everything that was noticed is in the shop. */
  readonly entry:
    | (ListedEntry & {
        readonly revision: number;
        readonly version: string | null;
        readonly run: number | null;
        readonly leasedUntil: Date | null;
      })
    | null;
  /** Newest first. */
  readonly errors: readonly ShownError[];
  readonly documents: readonly ShownDocument[];
  /** What happened to it, as far as it is remembered, the newest first. */
  readonly timeline: readonly Moment[];
}

/** Looks at one entity; four short statements, none of which locks anything. */
export async function showEntity(sql: Sql, pipeline: string, key: string, errorLimit = 10): Promise<ShownEntity> {
  const [entry] = await sql.query<NonNullable<ShownEntity['entry']>>(
    `SELECT ${listedColumns}, q.revision, q.version, q.run, q.leased_until AS "leasedUntil"
     FROM queue_entry q WHERE q.pipeline = $1 AND q.entity_key = $2`,
    [pipeline, key],
  );
  const errors = await sql.query<ShownError>(
    `SELECT time, run, stage, severity, code, field, message, class, attempt, context, document_key AS "documentKey"
     FROM sync_error WHERE pipeline = $1 AND entity_key = $2 ORDER BY id DESC LIMIT $3`,
    [pipeline, key, errorLimit],
  );
  const documents = await sql.query<ShownDocument>(
    `SELECT m.connection, m.document_key AS "documentKey", m.store, m.state, m.in_doubt AS "inDoubt", m.taken_down AS "takenDown", m.address,
            i.target_id AS "targetId", m.sent_at AS "sentAt", m.acknowledged_at AS "acknowledgedAt"
     FROM mirror_document m
     LEFT JOIN identity i ON i.connection = m.connection AND i.pipeline = m.pipeline AND i.entity_key = m.entity_key
     WHERE m.pipeline = $1 AND m.entity_key = $2 ORDER BY m.connection, m.document_key`,
    [pipeline, key],
  );
  const history = await readHistory(sql, { pipelines: [pipeline], entityKey: key });
  const shown = { entry: entry ?? null, errors, documents };
  return { ...shown, timeline: timelineOf({ ...shown, history }) };
}
