import type { JsonValue, KeysPage, ReadOptions } from '../../src/connectors/contract/index.js';
import type { ArticlesApi } from './articles-api.js';

/** Every article, by key: the order must not depend on anything an edit can change. */
export async function listKeys(
  api: ArticlesApi,
  cursor: JsonValue | null,
  { signal, withRecords }: ReadOptions & { readonly withRecords: boolean },
): Promise<KeysPage> {
  const after = typeof cursor === 'string' ? cursor : undefined;
  const { records, more, total } = await api.list({ after, limit: 100 }, signal);
  const keys = records.map((record) => ({ key: record.key, version: record.version, ...(withRecords ? { record } : {}) }));
  return { keys, cursor: keys.at(-1)?.key ?? after ?? null, done: !more, total };
}
