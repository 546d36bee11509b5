import { acknowledges, Misconfigured, type SeenVersion } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import type { Change } from '../model/change.js';
import { forgetMarks, notedMarks, noteMarks } from '../queue/sql/source-marks.js';
import type { Feed, FeedReading } from './read-changes.js';

const pageSize = 500;

/**
 * Marks on records that have no version. Only one order loses nothing (rule 18): written down, mark off, queued; whatever
 * is fetched for an entry is then read after the mark was taken off, and an edit since then has set it again. A process
 * that dies in between leaves what was written down: the next one takes those marks off once more, and queues them.
 */
export class TakeOffFirst {
  constructor(
    private readonly sql: Sql,
    private readonly feed: Feed,
    private readonly reading: Pick<FeedReading, 'signal'>,
    /** Renews the lease of the feed: whoever stood still for longer must not take off what others have read since. */
    private readonly stillOurs: () => Promise<boolean>,
  ) {}

  /** Takes off the marks of a page; false where the feed is another's by now, and nothing was done. */
  async takeOff(changes: readonly Change[]): Promise<boolean> {
    if (changes.length === 0) return true;
    const { source, entity, name } = this.feed;
    if (!acknowledges(source)) throw new Misconfigured(`${name}: the source has marks and cannot take them off`);
    await noteMarks(this.sql, name, changes.map(unversioned));
    if (!(await this.stillOurs())) return false;
    await source.acknowledge(entity, keysOf(changes), this.reading.signal);
    return true;
  }

  /** They are queued. */
  async done(changes: readonly Change[]): Promise<void> {
    await forgetMarks(this.sql, this.feed.name, keysOf(changes));
  }

  /** What a process that died had written down, page by page; each page must be queued, then `done`. */
  async *leftOver(): AsyncGenerator<readonly Change[]> {
    for (let after = ''; !this.reading.signal.aborted;) {
      const noted = await notedMarks(this.sql, this.feed.name, after, pageSize);
      const last = noted.at(-1);
      if (!last) return;
      yield noted.map(({ key, kind }) => ({ key, kind, version: null }));
      after = last.key;
    }
  }
}

function unversioned(change: Change): Change {
  return { ...change, version: null };
}

function keysOf(changes: readonly Change[]): SeenVersion[] {
  return changes.map(({ key }) => ({ key, version: null }));
}
