import type { Fetched } from '../../src/connectors/contract/index.js';
import type { ArticlesApi } from './articles-api.js';

/** What a listing leaves out proves nothing: each such key is asked for by itself, and only a 404 is absence. */
export async function fetchKeys(api: ArticlesApi, keys: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const { records } = await api.list({ ids: keys.map(encodeURIComponent).join(','), limit: keys.length }, signal);
  const known = new Set(records.map(({ key }) => key));
  const missing = keys.filter((key) => !known.has(key));
  const asked = await Promise.all(missing.map(async (key) => ({ key, record: await api.one(key, signal) })));
  return {
    records: [...records, ...asked.flatMap(({ record }) => record ?? [])],
    absent: asked.flatMap(({ key, record }) => (record === null ? [key] : [])),
  };
}
