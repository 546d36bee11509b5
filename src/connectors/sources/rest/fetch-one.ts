import { BadAnswer, type JsonValue, type SourceRecord } from '../../contract/index.js';
import type { HttpAnswer } from '../../http/index.js';
import type { Entity } from './config.js';
import { at, isObject } from './json.js';
import { readRecord } from './read-record.js';
import { isAnswer, type RestApi } from './rest-api.js';

type One = NonNullable<Entity['fetch']['one']>;

/** Said of one record: not to be seen, not there, refused for how its key looks. None of them is proof by itself. */
const saysNothing = [400, 403, 404, 410, 414, 422, 431];

/** One record, `absent` where the API says so in the words that the configuration names, null where nothing is known. */
export async function fetchOne(
  api: RestApi,
  entity: Entity,
  one: One,
  key: string,
  asked: string | number,
  signal: AbortSignal,
): Promise<SourceRecord | 'absent' | null> {
  const answer = await api.ask(one, { key: asked }, signal, saysNothing);
  if (!isAnswer(answer)) return saysMissing(one, answer) ? 'absent' : null;
  const row = at(answer.body, one.record);
  const record = isObject(row) ? readRecord(entity, row, answer.readFrom) : null;
  if (record === null) throw new BadAnswer(`${api.connection}: an answer to a fetch has no record at ${one.record || 'its top'}`);
  // Found without case, perhaps: a record that calls itself otherwise is not proof that this key exists.
  return record.key === key ? record : null;
}

/** A proxy answers 404 as well, and an address without a route: only the API's own words count. */
function saysMissing({ absent }: One, { status, body }: HttpAnswer<JsonValue | undefined>): boolean {
  const { status: wanted, where = {} } = absent ?? {};
  const conditions = Object.entries(where);
  return status === wanted && conditions.length > 0 && conditions.every(([path, value]) => at(body, path) === value);
}
