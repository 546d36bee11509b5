import { preview, type Preview } from '../../mapping/preview.js';
import type { SourceRecord } from '../../model/record.js';
import { asClaimed } from '../../queue/sql/foresee.js';
import type { ForeseenDocument } from '../dry-run/foreseen.js';
import { Rehearsal } from '../dry-run/rehearsal.js';
import { settleLacks } from '../dry-run/settle-lacks.js';
import { fetchKeys } from '../fetch-newest.js';
import type { Looking } from './looking.js';
import { keysCalled } from './read-now.js';

/** What the mapping makes of one record, and what a sync would do with it. */
export interface PreviewedRecord {
  /** As it was asked for: a key, or what the source finds one record by. */
  readonly asked: string;
  /** The record as the source handed it over; null where it has none. */
  readonly record: SourceRecord | null;
  /** Null where there is no record. */
  readonly mapped: Preview | null;
  /** Against what was delivered, as a dry run says it. */
  readonly difference: readonly ForeseenDocument[];
}

/** So many are shown at once at most. */
export const mostPreviewed = 20;

/** Reads these records now, maps them with the mapping of the files, and compares. Sends nothing, and writes nothing down. Rejects where the source fails. */
export async function previewMapping(
  looking: Looking,
  pipeline: string,
  asked: readonly string[],
  signal: AbortSignal,
): Promise<PreviewedRecord[]> {
  const context = await looking.context(pipeline);
  const wanted = [...new Set(asked)];
  const found = new Map<string, SourceRecord>();
  for (const [key, evidence] of await fetchKeys(context, wanted, signal)) if (evidence.kind === 'record') found.set(key, evidence.record);
  for (const name of wanted.filter((one) => !found.has(one))) {
    const [key, ...others] = await keysCalled(context, name);
    const evidence = key !== undefined && others.length === 0 ? (await fetchKeys(context, [key], signal)).get(key) : undefined;
    if (evidence?.kind === 'record') found.set(name, evidence.record);
  }
  const records = new Map([...found.values()].map((record) => [record.key, record]));
  const rehearsal = new Rehearsal(context, signal);
  const entries = [...records.keys()].map((key) =>
    asClaimed({ pipeline, key, kind: 'updated', version: null, priority: 0, changedFields: [] }, 'manual'),
  );
  await rehearsal.add(entries, records);
  const foreseen = new Map(settleLacks(pipeline, rehearsal.entities).map(({ key, documents }) => [key, documents]));
  return wanted.map((name) => {
    const record = found.get(name) ?? null;
    return {
      asked: name,
      record,
      mapped: record === null ? null : preview(context.pipeline, record),
      difference: record === null ? [] : (foreseen.get(record.key) ?? []),
    };
  });
}
