import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { claimWord, failuresOfFirstLoad } from './sql/first-load.js';

/** While a first load runs its failures are told of at most so often. */
export const tellEveryMs = 10 * 60_000;

/** Causes that are named in one line; the others are counted. */
const mostCauses = 20;

/**
 * What goes wrong with single records of a first load is written down for each of them, and told in one line for each cause
 * of failure together: at the end, and now and then before that. Whichever process comes first says it, the others do not. Answers
 * false once there is nothing more to say.
 */
export async function tellFirstLoad(sql: Sql, log: Log, pipeline: string, everyMs: number = tellEveryMs): Promise<boolean> {
  const { word, more } = await claimWord(sql, pipeline, everyMs);
  if (word === null) return more;
  const failures = await failuresOfFirstLoad(sql, pipeline);
  const causes = failures.slice(0, mostCauses);
  const data = {
    pipeline,
    records: failures.reduce((sum, { records }) => sum + records, 0),
    causes,
    moreCauses: failures.length - causes.length,
  };
  if (word === 'end' && failures.length === 0) log.info('a first load is delivered', { pipeline });
  else if (word === 'end') log.warn('a first load is delivered, but for some records', data);
  else if (failures.length > 0) log.warn('some records of a first load could not be delivered so far', data);
  return more;
}
