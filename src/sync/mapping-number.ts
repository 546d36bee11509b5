import type { Sql } from '../database/sql.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { PassResult } from '../queue-builder/read-keys.js';
import { forgetHeldRemovals } from './runs/hold-removals.js';

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

/**
 * Notes a completed pass. It has taken the mapping over every key only if that is still the current one. What an
 * earlier pass held for a person is judged anew by this one.
 */
export async function recordPass(sql: Sql, pipeline: string, kind: 'full' | 'sweep', pass: PassResult, mapping: number): Promise<void> {
  await sql.query(
    `UPDATE pipeline_state SET last_pass = $2, last_pass_keys = $3,
       last_full_sync = CASE WHEN $4 = 'full' THEN now() ELSE last_full_sync END,
       remap_pending = remap_pending AND NOT ($4 = 'full' AND mapping = $5)
     WHERE pipeline = $1`,
    [pipeline, pass.pass, pass.listed, kind, mapping],
  );
  await forgetHeldRemovals(sql, pipeline);
}
