import type { OpenSource } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import type { Pipeline } from '../mapping/pipeline.js';
import { countValues, type SourceRecord } from '../model/record.js';
import type { Cause, Enqueued } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { dropFeed, feedKeeper, releaseFeed, takeFeed, type TakenFeed } from '../queue/sql/feed-lease.js';
import { pauseWatch } from '../queue/sql/pause-watch.js';
import { nextReadNumber } from '../queue/sql/next-read-number.js';

export interface PassReading {
  readonly owner: string;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Run id: the number that marks what this pass has seen (rule 11). */
  readonly run: number;
  /** `full` reads every record and queues it; `sweep` reads keys only and marks them. */
  readonly kind: 'full' | 'sweep';
  readonly cause: Cause;
  readonly priority: number;
  /** Number of the loaded mapping: a full pass that was interrupted under another one begins anew. */
  readonly mapping: number;
  /** Stop after this many keys; such a pass never counts as complete. */
  readonly limit: number | null;
  room(): Promise<void>;
  page(page: {
    readonly result: Enqueued;
    readonly records: ReadonlyMap<string, SourceRecord>;
    readonly readNumber: number;
    readonly seen: number;
    /** By all pages of the pass so far, those before an interruption included. */
    readonly listed: number;
    readonly total: number | null;
  }): void;
}

export interface PassResult {
  readonly state: 'complete' | 'limited' | 'busy' | 'overtaken' | 'stopped' | 'paused';
  /** Pass the marks carry: an interrupted one is taken up again under its own number. */
  readonly pass: number;
  readonly listed: number;
  /** Values that stood in its records, all together; null for one that read keys only. */
  readonly values: number | null;
}

/** What rests in the cursor of a pass between two pages. */
interface PassCursor {
  readonly pass: number;
  readonly listed: number;
  readonly values: number | null;
  readonly mapping: number;
  readonly at: JsonValue;
}

/**
 * Lists every key of an entity for one pipeline, marking each as seen by this pass together with the
 * cursor of its page. A pass that was interrupted goes on at the page after; its name in the cursor
 * table is the pipeline's, so that two never run at once.
 */
export async function readKeys(sql: Sql, source: OpenSource, pipeline: Pipeline, reading: PassReading): Promise<PassResult> {
  const name = `${pipeline.name}/${reading.kind}`;
  const taken = await takeFeed(sql, name, reading.owner, reading.leaseMs);
  if (!taken) return { state: 'busy', pass: reading.run, listed: 0, values: null };
  const result = await readPages(sql, source, pipeline, reading, name, taken).catch(async (error: unknown) => {
    await releaseFeed(sql, name, taken.leaseToken);
    throw error;
  });
  if (result.state === 'complete' || result.state === 'limited') await dropFeed(sql, name, taken.leaseToken);
  else await releaseFeed(sql, name, taken.leaseToken);
  return result;
}

async function readPages(
  sql: Sql,
  source: OpenSource,
  pipeline: Pipeline,
  reading: PassReading,
  name: string,
  taken: TakenFeed,
): Promise<PassResult> {
  const interrupted = passCursor(taken.cursor);
  // What the other mapping has delivered of it would be delivered by no pass of this one.
  const resumed = reading.kind === 'sweep' || interrupted?.mapping === reading.mapping ? interrupted : null;
  const pass = resumed?.pass ?? reading.run;
  let at: JsonValue = resumed?.at ?? null;
  let listed = resumed?.listed ?? 0;
  let values = resumed ? resumed.values : reading.kind === 'full' ? 0 : null;
  let moves = taken.moves;
  const keepFeed = feedKeeper(sql, name, taken.leaseToken, reading.leaseMs);
  const isPaused = pauseWatch(sql, pipeline.source.connection);
  while (!reading.signal.aborted) {
    if (await isPaused()) return { state: 'paused', pass, listed, values };
    await reading.room();
    if (!(await keepFeed())) return { state: 'overtaken', pass, listed, values };
    const readNumber = await nextReadNumber(sql);
    const page = await source.keys(pipeline.source.entity, at, {
      needs: pipeline.needs,
      signal: reading.signal,
      withRecords: reading.kind === 'full',
    });
    const keys = reading.limit === null ? page.keys : page.keys.slice(0, Math.max(0, reading.limit - listed));
    listed += keys.length;
    if (values !== null) values += keys.reduce((sum, { record }) => sum + (record ? countValues(record) : 0), 0);
    const cursor: PassCursor & JsonObject = { pass, listed, values, mapping: reading.mapping, at: page.cursor };
    const result = await enqueue(sql, {
      cause: reading.cause,
      entries: keys.map(({ key, version }) => ({
        pipeline: pipeline.name,
        key,
        kind: 'updated' as const,
        version,
        priority: reading.priority,
        changedFields: [],
      })),
      hold: null,
      pass,
      markOnly: reading.kind === 'sweep',
      run: reading.run,
      move: { feed: name, expectedMoves: moves, leaseToken: taken.leaseToken, cursor, position: null, underWay: !page.done },
    });
    if (!result.moved) return { state: 'overtaken', pass, listed, values };
    const records = new Map(keys.flatMap(({ key, record }) => (record ? [[key, record] as const] : [])));
    reading.page({ result, records, readNumber, seen: keys.length, listed, total: page.total ?? null });
    if (page.done && keys.length === page.keys.length)
      return { state: reading.limit === null ? 'complete' : 'limited', pass, listed, values };
    if (reading.limit !== null && listed >= reading.limit) return { state: 'limited', pass, listed, values };
    at = page.cursor;
    moves += 1;
  }
  return { state: 'stopped', pass, listed, values };
}

function passCursor(value: JsonValue | null): PassCursor | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { pass, listed, values, mapping, at } = value;
  if (typeof pass !== 'number' || typeof listed !== 'number' || typeof mapping !== 'number' || at === undefined) return null;
  return { pass, listed, values: typeof values === 'number' ? values : null, mapping, at };
}
