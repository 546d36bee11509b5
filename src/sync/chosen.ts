import { findsRecords, Misconfigured, type RecordFilter } from '../connectors/contract/index.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import type { JsonValue } from '../model/json.js';
import type { SourceRecord } from '../model/record.js';
import type { PipelineContext } from './pipeline-context.js';

/** Records that a person chose: by their keys, or by what the source finds them by. */
export type Chosen = { readonly keys: readonly string[] } | { readonly filter: RecordFilter };

export interface ChosenPage {
  readonly keys: readonly string[];
  /** Those that came along; the others are fetched when their turn comes. */
  readonly records: ReadonlyMap<string, SourceRecord>;
  /** How many there are in all, where that is known. */
  readonly total: number | null;
}

const keysAtOnce = 500;

/** What was chosen, page by page. Throws in one sentence where the source cannot find by that. */
export async function* chosenPages(context: PipelineContext, chosen: Chosen, signal: AbortSignal): AsyncGenerator<ChosenPage> {
  if ('keys' in chosen) {
    const keys = [...new Set(chosen.keys)];
    for (let start = 0; start < keys.length && !signal.aborted; start += keysAtOnce)
      yield { keys: keys.slice(start, start + keysAtOnce), records: new Map(), total: keys.length };
    return;
  }
  const { source, pipeline } = context;
  const { connection, entity } = pipeline.source;
  const known = findsRecords(source) ? source.filters(entity) : [];
  if (!findsRecords(source) || known.length === 0)
    throw new Misconfigured(`${connection} cannot find records of ${entity} by a filter: name their keys with --keys FILE`);
  const unknown = Object.keys(chosen.filter).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Misconfigured(`${connection} cannot find records of ${entity} by ${unknown}: ${didYouMean(unknown, known)}`);
  for (let cursor: JsonValue | null = null; !signal.aborted;) {
    const page = await source.find(entity, chosen.filter, cursor, { needs: pipeline.needs, signal });
    const records = new Map(page.keys.flatMap(({ key, record }) => (record ? [[key, record] as const] : [])));
    yield { keys: page.keys.map(({ key }) => key), records, total: page.total ?? null };
    if (page.done) return;
    cursor = page.cursor;
  }
}
