import { acknowledges, type Acknowledges } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import { pauseWatch } from '../queue/sql/pause-watch.js';
import { forgetMarks, settledMarks } from '../queue/sql/source-marks.js';
import type { Feed } from './read-changes.js';

type MarkedFeed = Pick<Feed, 'name' | 'connection' | 'entity' | 'source' | 'strategy' | 'pipelines'>;

const pageSize = 500;

/** When the marks of a feed are taken off; `never` where it has none. */
export function markingOf({ source, entity, strategy }: MarkedFeed): ReturnType<Acknowledges['acknowledges']> {
  return acknowledges(source) ? source.acknowledges(entity, strategy) : 'never';
}

/**
 * Takes off the marks of what every pipeline has settled, by compare-and-set on the version that was seen (rule 18).
 * What the source does not take, or a process that dies here leaves, is taken off another time. Answers how many went.
 */
export async function takeOffSettled(sql: Sql, feed: MarkedFeed, signal: AbortSignal): Promise<number> {
  const { source, entity } = feed;
  if (!acknowledges(source) || source.acknowledges(entity, feed.strategy) !== 'after-settlement') return 0;
  const pipelines = feed.pipelines.map(({ name }) => name);
  let taken = 0;
  const isPaused = pauseWatch(sql, feed.connection);
  for (let after = ''; !signal.aborted && !(await isPaused());) {
    const settled = await settledMarks(sql, feed.name, pipelines, after, pageSize);
    const last = settled.at(-1);
    if (!last) break;
    await source.acknowledge(entity, settled, signal);
    await forgetMarks(sql, feed.name, settled);
    taken += settled.length;
    after = last.key;
  }
  return taken;
}
