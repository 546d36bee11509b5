import { BadAnswer } from '../../contract/index.js';
import type { Fetched, JsonValue, ReadOptions, SourceRecord } from '../../contract/index.js';
import type { Entity } from './config.js';
import { fetchOne } from './fetch-one.js';
import { at, isWhole } from './json.js';
import { readRecord } from './read-record.js';
import { isAnswer, type RestApi } from './rest-api.js';
import { joinsKeys } from './template.js';

/** Servers commonly refuse a request line beyond 8 KB; what else stands in it needs room too. */
const maxCharacters = 3000;

type Many = NonNullable<Entity['fetch']['many']>;

/** The newest records of some keys: many by one request where the API can, and what that left out one by one where it can that. */
export async function fetchKeys(api: RestApi, entity: Entity, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
  const { many } = entity.fetch;
  const askable = keys.filter((key) => isAskable(entity, key));
  const listed = many === undefined ? [] : askable.filter((key) => !key.includes(',') || !joinsKeys(Object.values(many.query)));
  const alone = askable.filter((key) => !listed.includes(key));
  const parts = await Promise.all([
    ...(many === undefined ? [] : split(listed, many.size).map((part) => fetchPart(api, entity, many, part, options.signal))),
    fetchEach(api, entity, alone, options.signal),
  ]);
  return { records: parts.flatMap((part) => part.records), absent: parts.flatMap((part) => part.absent) };
}

/**
 * Asks for the missing ones again, by themselves, until an answer is empty: an API that gives less than it was asked for, or leaves
 * one out for now, has not said of the rest that they do not exist.
 */
async function fetchPart(api: RestApi, entity: Entity, many: Many, keys: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const records: SourceRecord[] = [];
  let missing = keys;
  for (;;) {
    if (missing.length === 0) return { records, absent: [] };
    const found = await lookUp(api, entity, many, missing, signal);
    if (found.length === 0) break;
    records.push(...found);
    const known = new Set(found.map(({ key }) => key));
    missing = missing.filter((key) => !known.has(key));
  }
  if (entity.fetch.one === undefined) return { records, absent: many.missing === 'absent' ? missing : [] };
  const rest = await fetchEach(api, entity, missing, signal);
  return { records: [...records, ...rest.records], absent: rest.absent };
}

/** Those of the keys that the API has. An API that does not know a filter commonly ignores it: what comes back must be what was asked for. */
async function lookUp(api: RestApi, entity: Entity, many: Many, keys: readonly string[], signal: AbortSignal): Promise<SourceRecord[]> {
  const answer = await api.ask(many, { keys: keys.map((key) => asAsked(entity, key)), size: keys.length }, signal);
  const rows = isAnswer(answer) ? at(answer.body, many.records) : undefined;
  if (!isAnswer(answer) || !Array.isArray(rows)) throw new BadAnswer(`${api.connection}: an answer to a fetch has no list of records`);
  const found = rows.flatMap((row: JsonValue) => readRecord(entity, row, answer.readFrom) ?? []);
  const asked = new Set(keys);
  const similar = new Set(keys.map(folded));
  if (rows.length > 0 && found.length === 0) throw new BadAnswer(`${api.connection}: no record of an answer to a fetch has a key`);
  const foreign = found.filter(({ key }) => !asked.has(key));
  if (foreign.some(({ key }) => !similar.has(folded(key))))
    throw new BadAnswer(`${api.connection}: a fetch was answered with records that were not asked for: does the API know its filter?`);
  return found.filter(({ key }) => asked.has(key));
}

async function fetchEach(api: RestApi, entity: Entity, keys: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const { one } = entity.fetch;
  if (one === undefined) return { records: [], absent: [] };
  const found = await Promise.all(
    keys.map(async (key) => ({ key, said: await fetchOne(api, entity, one, key, asAsked(entity, key), signal) })),
  );
  return {
    records: found.flatMap(({ said }) => (said === null || said === 'absent' ? [] : [said])),
    absent: found.flatMap(({ key, said }) => (said === 'absent' ? [key] : [])),
  };
}

/** Whether a key can be asked for at all: whole, not too long, a number where keys are, and nothing that an address is shortened by. */
function isAskable({ keyAs }: Entity, key: string): boolean {
  if (keyAs === 'number') return /^-?\d{1,15}$/.test(key);
  return key !== '' && key !== '.' && key !== '..' && isWhole(key) && encodeURIComponent(key).length <= maxCharacters;
}

function asAsked({ keyAs }: Entity, key: string): string | number {
  return keyAs === 'number' ? Number(key) : key;
}

/** Databases often compare without case, and without blanks at the end. */
function folded(key: string): string {
  return key.toLowerCase().trim();
}

/** Lists of keys that each fit into an address. */
function split(keys: readonly string[], size: number): string[][] {
  const lists: string[][] = [];
  let room = 0;
  for (const key of keys) {
    // A parameter of its own has a name, quotes become three characters.
    const length = encodeURIComponent(key).length + 40;
    const last = lists.at(-1);
    if (last === undefined || length > room || last.length === size) {
      lists.push([key]);
      room = maxCharacters + 1000 - length;
    } else {
      last.push(key);
      room -= length;
    }
  }
  return lists;
}
