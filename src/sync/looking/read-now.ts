import type { SourceRecord } from '../../model/record.js';
import { findsRecords, linksRecords } from '../../connectors/contract/index.js';
import type { Mapped } from '../../model/document.js';
import { secrets } from '../../logging/secrets.js';
import { fetchKeys } from '../fetch-newest.js';
import { leavingOf } from '../take-down-policy.js';
import type { Leaving } from '../../mapping/pipeline.js';
import type { PipelineContext } from '../pipeline-context.js';
import type { Looking } from './looking.js';

/** What the source has of an entity now, and what the mapping makes of it. */
export type SourceNow =
  | {
      readonly kind: 'record';
      readonly time: Date;
      readonly record: SourceRecord;
      /** Why it is not wanted in the shop, by what the source says of it. */
      readonly leaving: Leaving | null;
      readonly mapped: Mapped;
    }
  /** The source says there is no such record. */
  | { readonly kind: 'absent'; readonly time: Date }
  /** The source left it out of its answer and said nothing: it may be hidden from our account. */
  | { readonly kind: 'nothing'; readonly time: Date }
  /** It could not be asked. */
  | { readonly kind: 'failed'; readonly time: Date; readonly reason: string };

/** Looking does not wait for ever. */
const patienceMs = 20_000;

/** Reads one record and maps it. What the source fails with is an answer like others: whoever looks is told of the rest. */
export async function readNow(looking: Looking, pipeline: string, key: string): Promise<SourceNow> {
  const time = new Date();
  try {
    const context = await looking.context(pipeline);
    const evidence = (await fetchKeys(context, [key], AbortSignal.timeout(patienceMs))).get(key) ?? { kind: 'nothing' };
    if (evidence.kind !== 'record') return { kind: evidence.kind, time };
    const { record } = evidence;
    return { kind: 'record', time, record, leaving: leavingOf(record), mapped: context.pipeline.map(record) };
  } catch (error) {
    return { kind: 'failed', time, reason: reasonOf(error) };
  }
}

/** Where a person finds the record in the source; null where that is not known. */
export async function linkTo(looking: Looking, pipeline: string, key: string): Promise<string | null> {
  try {
    const { source, pipeline: read } = await looking.context(pipeline);
    return linksRecords(source) ? source.link(read.source.entity, key) : null;
  } catch {
    // What could not be opened is said where the record is read.
    return null;
  }
}

/** Filters under which sources find one record by the name people give it. */
const naming = ['sku', 'code', 'identifier'];

/** Keys of the records that people call so: by SKU or code, where the source finds them by it. */
export async function keysCalled(context: PipelineContext, name: string): Promise<string[]> {
  const { source, pipeline } = context;
  if (!findsRecords(source)) return [];
  const filter = source.filters(pipeline.source.entity).find((one) => naming.includes(one));
  if (filter === undefined) return [];
  const signal = AbortSignal.timeout(patienceMs);
  const page = await source.find(pipeline.source.entity, { [filter]: name }, null, { needs: pipeline.needs, signal });
  return page.keys.slice(0, 5).map(({ key }) => key);
}

/** Why something outside could not be asked, for a person: without secrets, and not longer than a person reads. */
export function reasonOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return secrets.hide(message).slice(0, 500);
}
