import type { Sql } from '../../database/sql.js';
import type { IntendedDocument, IntentResult } from '../entry.js';
import { intendStatement } from './intend-statement.js';
import { toJsonb } from './jsonb.js';

export interface IntendRequest {
  readonly connection: string;
  readonly pipeline: string;
  /** Number of the mapping the documents were made with (rule 16). */
  readonly mapping: number;
  readonly documents: readonly IntendedDocument[];
}

interface Row {
  readonly documentKey: string;
  readonly sendNumber: number | null;
  readonly verdict: IntentResult['kind'];
  readonly ownerPipeline: string;
  readonly ownerKey: string;
  readonly targetId: string | null;
  readonly named: boolean;
}

/** How long a shop may still work on a request nobody waits for any more (rule 19). */
export const defaultApplyLimitMs = 600_000;

/**
 * States, before a batch leaves, what is about to be sent: its mirror rows are in doubt from here on (rule
 * 3), the addresses it needs are its own (rule 9), and what has newer news, a lost lease, an old mapping or
 * an older read than what was sent since is left out. One result per document; all documents of an entity
 * go, or none does.
 */
export async function intend(sql: Sql, request: IntendRequest, applyLimitMs = defaultApplyLimitMs): Promise<IntentResult[]> {
  if (request.documents.length === 0) return [];
  const { connection, pipeline, mapping, documents } = request;
  const rows = await sql.query<Row>(intendStatement, [connection, pipeline, mapping, toJsonb(documents.map(asRow)), applyLimitMs]);
  return rows.map(asResult);
}

function asResult({ documentKey, sendNumber, verdict, ownerPipeline, ownerKey, targetId, named }: Row): IntentResult {
  if (verdict === 'send' && sendNumber !== null) return { kind: 'send', documentKey, sendNumber, targetId, named };
  if (verdict === 'owned') return { kind: 'owned', documentKey, owner: { pipeline: ownerPipeline, key: ownerKey } };
  return { kind: verdict === 'superseded' ? 'superseded' : 'stale', documentKey };
}

/** What is undefined is left out of the JSON, and NULL in the statement. */
function asRow(document: IntendedDocument): Record<string, unknown> {
  return {
    entity_key: document.entityKey,
    revision: document.revision,
    token: document.token,
    document_key: document.documentKey,
    resource: document.resource,
    store: document.store,
    gone: document.state === 'gone',
    hash: document.hash,
    address: document.address,
    take_pipeline: document.takeFrom?.pipeline,
    take_key: document.takeFrom?.key,
    read_number: document.readNumber,
  };
}
