import { enqueue } from '../queue/sql/enqueue.js';
import { nextReadNumber } from '../queue/sql/next-read-number.js';
import { chosenPages, type Chosen } from './chosen.js';
import type { PipelineContext } from './pipeline-context.js';
import { countEnqueued } from './runs/count-enqueued.js';
import type { RunCounts } from './runs/run-counts.js';

export interface ChosenReading {
  readonly run: number;
  readonly counts: RunCounts;
  readonly signal: AbortSignal;
  seen(page: { readonly seen: number; readonly total: number | null }): void;
}

/** Queues what a person chose, and nothing else: no cursor moves, nothing is marked as listed, and nothing is taken for gone. */
export async function readChosen(context: PipelineContext, chosen: Chosen, reading: ChosenReading): Promise<void> {
  const { pipeline, sql, carried } = context;
  // Drawn before each page is asked for: what comes along is at least this fresh.
  let readNumber = await nextReadNumber(sql);
  for await (const { keys, records, total } of chosenPages(context, chosen, reading.signal)) {
    const entries = keys.map((key) => ({
      pipeline: pipeline.name,
      key,
      kind: 'updated' as const,
      version: null,
      priority: pipeline.queue.priority.updated,
      changedFields: [],
    }));
    const result = await enqueue(sql, { cause: 'manual', entries, hold: null, pass: null, run: reading.run, move: null });
    carried.putPage(pipeline.name, { result, records, readNumber });
    reading.counts.seen += keys.length;
    countEnqueued(reading.counts, pipeline.name, result);
    reading.seen({ seen: keys.length, total });
    await carried.room();
    readNumber = await nextReadNumber(sql);
  }
}
