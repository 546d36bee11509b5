import { Refusal } from '../../model/refusal.js';
import { unknownName } from '../../queue/queue-service.js';
import { knownNames } from '../../queue/sql/known-names.js';
import { fetchKeys } from '../fetch-newest.js';
import type { Looking } from '../looking/looking.js';
import { linkTo, reasonOf } from '../looking/read-now.js';
import { called, type Called } from './called.js';
import { rejectedEntries, type Place, type RejectedEntry } from './sql/rejected-entries.js';

/** One mistake of one record, for whoever corrects it. */
export interface Rejected extends RejectedEntry, Called {
  /** Where the record is found in the PIM. */
  readonly link: string | null;
}

export interface RejectedPage {
  readonly rejected: readonly Rejected[];
  readonly next: string | null;
  /** Pipelines whose records could not be read: of theirs nobody knows name and family. */
  readonly unread: readonly string[];
}

const nobody: Called = { name: null, family: null };

/** A page of records that the mapping or the shop refused, each mistake by itself, with what the PIM calls them now. */
export async function rejectedPage(
  looking: Looking,
  { pipeline, cursor, limit }: { readonly pipeline?: string | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<RejectedPage> {
  const { pipelines } = await knownNames(looking.sql);
  if (pipeline !== undefined && !pipelines.includes(pipeline)) throw unknownName('pipeline', pipeline, pipelines);
  const entries = await rejectedEntries(looking.sql, pipeline, cursor === undefined ? null : placeOf(cursor), limit + 1);
  const records = [...new Map(entries.map((one) => [placeText(one), one])).values()];
  const last = records.length > limit ? records[limit - 1] : undefined;
  const beyond = last ? records[limit] : undefined;
  const shown = beyond ? entries.filter((one) => placeText(one) !== placeText(beyond)) : entries;
  const unread: string[] = [];
  const rejected: Rejected[] = [];
  for (const name of new Set(shown.map((one) => one.pipeline))) {
    const own = shown.filter((one) => one.pipeline === name);
    const known = await calledNow(looking, name, [...new Set(own.map(({ key }) => key))]);
    if (typeof known === 'string') unread.push(`${name}: ${known}`);
    for (const one of own)
      rejected.push({
        ...one,
        ...(typeof known === 'string' ? nobody : (known.get(one.key) ?? nobody)),
        link: await linkTo(looking, name, one.key),
      });
  }
  return { rejected, next: last ? placeText(last) : null, unread };
}

/** All of them, page by page. */
export async function* allRejected(looking: Looking, pipeline: string | undefined, signal: AbortSignal): AsyncGenerator<RejectedPage> {
  for (let cursor: string | undefined; ;) {
    signal.throwIfAborted();
    const page = await rejectedPage(looking, { pipeline, cursor, limit: 500 });
    yield page;
    if (page.next === null) return;
    cursor = page.next;
  }
}

/** Why it is not known, in a sentence, where the source does not answer. */
async function calledNow(looking: Looking, pipeline: string, keys: readonly string[]): Promise<Map<string, Called> | string> {
  try {
    const evidence = await fetchKeys(await looking.context(pipeline), keys, AbortSignal.timeout(60_000));
    return new Map([...evidence].map(([key, one]) => [key, one.kind === 'record' ? called(one.record.fields) : nobody]));
  } catch (error) {
    return reasonOf(error);
  }
}

function placeText({ pipeline, key }: Pick<RejectedEntry, 'pipeline' | 'key'>): string {
  return Buffer.from(JSON.stringify([pipeline, key])).toString('base64url');
}

function placeOf(cursor: string): Place {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    place = null;
  }
  const [pipeline, key, ...more] = Array.isArray(place) ? (place as unknown[]) : [];
  if (typeof pipeline !== 'string' || typeof key !== 'string' || more.length > 0 || `${pipeline}${key}`.includes('\u0000'))
    throw new Refusal('wrong', 'the cursor is not one of this list: take the one that the page before answered');
  return [pipeline, key];
}
