import type { Sql } from '../../database/sql.js';
import { secrets } from '../../logging/secrets.js';
import type { SettledDocument, SettledEntry, SettleResult } from '../entry.js';
import { errorFingerprint } from '../error-fingerprint.js';
import { toJsonb } from './jsonb.js';
import { settleStatement } from './settle-statement.js';

export interface SettleRequest {
  readonly connection: string;
  readonly pipeline: string;
  /** Number of the mapping the worker has loaded: with an old one nothing is closed (rule 16). Left out where nothing was mapped. */
  readonly mapping?: number;
  readonly documents: readonly SettledDocument[];
  readonly entries: readonly SettledEntry[];
}

/**
 * Applies what the shop said of a batch: mirror and entries in one statement, each behind its own fence
 * (rules 4, 5, 6). Late answers are welcome: the mirror takes them by send number, the queue by token.
 */
export async function settle(sql: Sql, request: SettleRequest): Promise<SettleResult> {
  const { connection, pipeline, mapping, documents, entries } = request;
  if (documents.length === 0 && entries.length === 0) return { settled: [], renewed: [], lost: [] };
  const rows = await sql.query<{ key: string; fate: 'renewed' | 'lost' }>(settleStatement, [
    connection,
    pipeline,
    mapping ?? null,
    toJsonb(documents.map(documentRow)),
    toJsonb(entries.map((entry) => entryRow(pipeline, entry))),
    // As they were mapped and hashed, and never taken apart again on their way to the mirror.
    `[${documents.map(({ text }) => text ?? 'null').join(',')}]`,
  ]);
  const of = (fate: keyof SettleResult): string[] => rows.filter((row) => row.fate === fate).map((row) => row.key);
  // Told is what was not settled: as a rule nothing.
  const others = new Set(rows.map(({ key }) => key));
  return { settled: entries.flatMap(({ key }) => (others.has(key) ? [] : [key])), renewed: of('renewed'), lost: of('lost') };
}

/** What is undefined is left out of the JSON, here and of entries, and NULL in the statement. */
function documentRow(document: SettledDocument): Record<string, unknown> {
  return {
    document_key: document.documentKey,
    send_number: document.sendNumber,
    result: document.result,
    hash: document.hash,
    ref_digest: document.refDigest ?? undefined,
    target_id: document.targetId,
    address: document.address,
    taken_down: document.takenDown ?? undefined,
    named: document.named,
  };
}

function entryRow(pipeline: string, { key, revision, token, disposition, error, skipped }: SettledEntry): Record<string, unknown> {
  return {
    key,
    revision,
    token,
    kind: disposition.kind,
    after_ms: 'afterMs' in disposition ? disposition.afterMs : undefined,
    // What ends as a dead letter was tried once more.
    attempt: disposition.kind === 'retry' ? disposition.attempt : disposition.kind === 'dead',
    removal_set: disposition.kind === 'held' ? disposition.set : undefined,
    stale: disposition.kind === 'retry' && disposition.stale === true,
    code: error?.code,
    message: error ? secrets.hide(error.message).slice(0, 2_000) : undefined,
    field: error?.field ?? undefined,
    fingerprint: error ? errorFingerprint(pipeline, key, error) : undefined,
    skipped: skipped.length === 0 ? undefined : skipped.map((one) => ({ document_key: one.documentKey, send_number: one.sendNumber })),
  };
}
