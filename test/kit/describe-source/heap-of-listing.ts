import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JsonValue, Needs, OpenSource } from '../../../src/connectors/contract/index.js';

export interface HeapOfListing {
  readonly listed: number;
  /** Bytes in use after a forced collection, a quarter of the way, and at the end. */
  readonly early: number;
  readonly late: number;
}

/** Iterates a listing with its records as the engine does, a page at a time, and keeps none. */
export async function heapOfListing(source: OpenSource, entity: string, needs: Needs, expected: number): Promise<HeapOfListing> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const { signal } = new AbortController();
  let listed = 0;
  let early: number | null = null;
  for (let cursor: JsonValue | null = null, done = false; !done;) {
    const page = await source.keys(entity, cursor, { needs, signal, withRecords: true });
    listed += page.keys.length;
    ({ cursor, done } = page);
    if (early === null && listed >= expected / 4) early = used();
  }
  return { listed, early: early ?? NaN, late: used() };
}
