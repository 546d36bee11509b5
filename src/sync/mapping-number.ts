import type { Sql } from '../database/sql.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { PassResult } from '../queue-builder/read-keys.js';
import type { PassFacts } from '../removals/judge-removals.js';

type MappedPipeline = Pick<Pipeline, 'name' | 'hash' | 'source' | 'target'>;

export interface RegisteredMapping {
  readonly number: number;
  /** The mapping differs from the one that last went over every key. */
  remapPending: boolean;
}

/** The number of a loaded mapping: the same content keeps its number, another content gets the next, whoever loads it. */
export async function registerMapping(sql: Sql, { name: pipeline, hash, source, target }: MappedPipeline): Promise<RegisteredMapping> {
  const [row] = await sql.query<RegisteredMapping>(
    `INSERT INTO pipeline_state AS p (pipeline, mapping, mapping_hash, source_connection, target_connection) VALUES ($1, 1, $2, $3, $4)
     ON CONFLICT (pipeline) DO UPDATE SET
       mapping = CASE WHEN p.mapping_hash = excluded.mapping_hash THEN p.mapping ELSE p.mapping + 1 END,
       mapping_at = CASE WHEN p.mapping_hash = excluded.mapping_hash THEN p.mapping_at ELSE now() END,
       remap_pending = p.remap_pending OR p.mapping_hash IS DISTINCT FROM excluded.mapping_hash,
       mapping_hash = excluded.mapping_hash, source_connection = excluded.source_connection, target_connection = excluded.target_connection
     RETURNING mapping AS number, remap_pending AS "remapPending"`,
    [pipeline, hash, source.connection, target.connection],
  );
  if (!row) throw new Error(`the mapping of ${pipeline} could not be registered`);
  return row;
}

/** What `registerMapping` would answer; leaves the number, and with it every worker of the old mapping, as it is. */
export async function foreseeMapping(sql: Sql, { name: pipeline, hash }: MappedPipeline): Promise<RegisteredMapping> {
  const [row] = await sql.query<RegisteredMapping>(
    `SELECT CASE WHEN mapping_hash = $2 THEN mapping ELSE mapping + 1 END AS number,
            remap_pending OR mapping_hash IS DISTINCT FROM $2 AS "remapPending"
     FROM pipeline_state WHERE pipeline = $1`,
    [pipeline, hash],
  );
  return row ?? { number: 1, remapPending: false };
}

/** What the last completed pass saw, for a new one to be measured against. */
export async function lastPass(sql: Sql, pipeline: string, mapping: number): Promise<Pick<PassFacts, 'lastListed' | 'lastValues'>> {
  const [row] = await sql.query<{ keys: number | null; values: number | null; fullKeys: number | null; sameMapping: boolean }>(
    `SELECT last_pass_keys AS keys, last_pass_values AS values, last_full_keys AS "fullKeys", last_pass_mapping IS NOT DISTINCT FROM $2 AS "sameMapping"
     FROM pipeline_state WHERE pipeline = $1`,
    [pipeline, mapping],
  );
  // Another mapping asks for other values.
  const lastValues = row?.sameMapping && row.values !== null && row.fullKeys !== null ? { values: row.values, listed: row.fullKeys } : null;
  return { lastListed: row?.keys ?? null, lastValues };
}

/**
 * Notes a completed pass. It has taken the mapping over every key only if that is still the current one. One that is not
 * believed is nothing to measure the next one against.
 */
export async function recordPass(
  sql: Sql,
  pipeline: string,
  kind: 'full' | 'sweep',
  pass: PassResult & { readonly believed: boolean },
  mapping: number,
): Promise<void> {
  await sql.query(
    `UPDATE pipeline_state SET last_pass = $2,
       last_pass_keys = CASE WHEN $6 THEN $3 ELSE last_pass_keys END,
       last_pass_values = CASE WHEN $6 AND $4 = 'full' THEN $7 ELSE last_pass_values END,
       last_full_keys = CASE WHEN $6 AND $4 = 'full' THEN $3 ELSE last_full_keys END,
       last_pass_mapping = CASE WHEN $6 AND $4 = 'full' THEN $5 ELSE last_pass_mapping END,
       last_full_sync = CASE WHEN $4 = 'full' THEN now() ELSE last_full_sync END,
       remap_pending = remap_pending AND NOT ($4 = 'full' AND mapping = $5)
     WHERE pipeline = $1`,
    [pipeline, pass.pass, pass.listed, kind, mapping, pass.believed, pass.values],
  );
}
