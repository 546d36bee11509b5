import { BadAnswer } from '../../contract/index.js';
import type { Fetched, JsonObject, ReadOptions, SourceRecord } from '../../contract/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import type { Entity } from './entity.js';
import { listing, readPage } from './read-page.js';
import { maxCharacters, splitByLength } from './split-by-length.js';

/**
 * The newest records of some keys. What a listing leaves out proves nothing (it comes from a search
 * index, and permissions thin it): each such key is asked for by itself, and only a 404 is absence.
 */
export async function fetchKeys(api: AkeneoApi, entity: Entity, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
  const askable = keys.filter(isAskable);
  const listed = askable.filter((key) => entity.lists?.(key) ?? true);
  // One key that Akeneo takes offence at would spoil the list for all the others.
  const alone = askable.filter((key) => !listed.includes(key));
  const parts = await Promise.all([
    ...splitByLength(listed).map((part) => fetchPart(api, entity, part, options)),
    fetchEach(api, entity, alone, options),
  ]);
  return { records: parts.flatMap((part) => part.records), absent: parts.flatMap((part) => part.absent) };
}

async function fetchPart(api: AkeneoApi, entity: Entity, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
  const { needs, signal } = options;
  const query = listing(entity, await entity.query(needs, signal), { [entity.keyFilter]: [{ operator: 'IN', value: keys }] });
  const { records } = await readPage(entity, () => api.list(entity.path, query, signal), performance.now(), options);
  const known = new Set(records.map((record) => record.key));
  const missing = keys.filter((key) => !known.has(key));
  const rest = await fetchEach(api, entity, missing, options);
  return { records: [...records, ...rest.records], absent: rest.absent };
}

async function fetchEach(api: AkeneoApi, entity: Entity, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
  const found = await Promise.all(keys.map((key) => fetchOne(api, entity, key, options)));
  return {
    records: found.flatMap((one) => one.record ?? []),
    absent: found.flatMap((one) => (one.absent ? [one.key] : [])),
  };
}

/**
 * Whether a key can stand in an address at all: not too long, with whole characters, and nothing that an
 * address is shortened by. Akeneo cannot be asked for others, so that nothing is known of them.
 */
function isAskable(key: string): boolean {
  return key !== '' && key !== '.' && key !== '..' && isWhole(key) && encodeURIComponent(key).length <= maxCharacters;
}

function isWhole(key: string): boolean {
  return !/[\ud800-\udfff]/u.test(key);
}

async function fetchOne(
  api: AkeneoApi,
  entity: Entity,
  key: string,
  { needs, signal }: ReadOptions,
): Promise<{ key: string; absent: boolean; record?: SourceRecord | undefined }> {
  const query = await entity.one(needs, signal);
  const began = performance.now();
  const read = () => api.one(`${entity.path}/${encodeURIComponent(key)}`, query, signal);
  let found = await read();
  if (found && !(await entity.prepared([found.item], began, signal))) found = await read();
  if (found === null) return { key, absent: true };
  if (found === undefined) return { key, absent: false };
  if (entity.keyOf(found.item) === null) throw new BadAnswer(`${entity.path} answered something else for one of its objects`);
  const [record] = await entity.records([found.item] as readonly JsonObject[], { needs, signal, since: began, readFrom: found.readFrom });
  // Codes are found without case: a record that calls itself otherwise is not proof that this key exists.
  return { key, absent: false, record: record?.key === key ? record : undefined };
}
