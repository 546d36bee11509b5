import type { Strategy } from '../../../src/connectors/contract/index.js';
import { sql } from '../../../src/connectors/sources/sql/index.js';
import { SqlSource } from '../../../src/connectors/sources/sql/sql-source.js';
import { silentTools } from '../silent-tools.js';
import type { Scratch } from './scratch.js';

const { signal } = new AbortController();

/** A source with one entity, asked with few words. */
export interface OpenEntity {
  readonly source: SqlSource;
  readonly warnings: readonly (readonly [string, unknown])[];
  fetch(keys: readonly string[], fields?: readonly string[]): ReturnType<SqlSource['fetch']>;
  changes(cursor: Parameters<SqlSource['changes']>[1], strategy?: Strategy): ReturnType<SqlSource['changes']>;
  keys(cursor?: Parameters<SqlSource['keys']>[1]): ReturnType<SqlSource['keys']>;
}

export const everyField = ['id', 'title', 'price', 'data', 'parts', 'flags', 'more'];

export function openEntity(scratch: Pick<Scratch, 'url'>, entity: object, settings: object = {}): OpenEntity {
  const warnings: [string, unknown][] = [];
  const log = { ...silentTools.log, warn: (message: string, data?: unknown) => void warnings.push([message, data]) };
  const config = sql.config.parse({ url: scratch.url, ...settings, entities: { item: entity } });
  const source = new SqlSource(config, { ...silentTools, connection: 'erp', log });
  const needs = (fields: readonly string[]) => ({ attributes: null, fields, locales: null, channels: null });
  return {
    source,
    warnings,
    fetch: (keys, fields = everyField) => source.fetch('item', keys, { needs: needs(fields), signal }),
    changes: (cursor, strategy) =>
      source.changes('item', cursor, { needs: needs(everyField), signal, overlapMs: 0, ...(strategy === undefined ? {} : { strategy }) }),
    keys: (cursor = null) => source.keys('item', cursor, { needs: needs(everyField), signal, withRecords: true }),
  };
}
