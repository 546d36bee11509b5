import type { SourceRecord } from '../model/record.js';
import type { Enqueued } from '../queue/entry.js';

/** A record that came with the page which announced it, and how fresh that page was. */
export interface CarriedRecord {
  readonly record: SourceRecord;
  /** From read_seq, taken before the page was asked for: the intent refuses it if something fresher was sent since. */
  readonly readNumber: number;
}

/** A page that was queued, with the records it carried. */
export interface CarriedPage {
  readonly result: Pick<Enqueued, 'entries'>;
  readonly records: ReadonlyMap<string, SourceRecord>;
  readonly readNumber: number;
}

interface Carried extends CarriedRecord {
  readonly pipeline: string;
  readonly revision: number;
  /** The how-manieth page it came with. */
  readonly page: number;
}

/**
 * Hands records from the pages that announced them to the batch that maps them, so that a record is
 * read once and not twice. Only a shortcut: what is not here (another process, a restart, newer news,
 * no room) is fetched. It is bounded; a full pass waits for room before it reads the next page.
 *
 * Entries are claimed in the order of their pages, by any process: what is left of pages before the one that
 * is being taken from went to others, and makes room.
 */
export class CarriedRecords {
  private readonly records = new Map<string, Carried>();
  private pages = 0;
  /** Pipeline → the latest page that was taken from. */
  private readonly reached = new Map<string, number>();
  private waiting: (() => void)[] = [];

  constructor(private readonly capacity = 1_000) {}

  /** What a page brought of one pipeline, each under the revision that the page gave it. */
  putPage(pipeline: string, { result, records, readNumber }: CarriedPage): void {
    this.pages += 1;
    for (const { pipeline: of, key, revision } of result.entries) {
      const record = of === pipeline ? records.get(key) : undefined;
      if (record && this.records.size < this.capacity * 2)
        this.records.set(`${pipeline} ${key}`, { record, readNumber, pipeline, revision, page: this.pages });
    }
  }

  /** The record carried for exactly this revision; it is handed out once. */
  take(pipeline: string, key: string, revision: number): CarriedRecord | null {
    const id = `${pipeline} ${key}`;
    const found = this.records.get(id);
    if (!found) return null;
    this.records.delete(id);
    const isFurther = found.page > (this.reached.get(pipeline) ?? 0);
    if (isFurther) this.reached.set(pipeline, found.page);
    if (isFurther && this.waiting.length > 0) this.leaveBehind();
    if (this.records.size < this.capacity) this.wake();
    return found.revision === revision ? found : null;
  }

  /** Resolves once there is room for another page, or after `patienceMs`: nobody may be there to take what is carried. */
  async room(patienceMs = 5_000): Promise<void> {
    if (this.records.size >= this.capacity) this.leaveBehind();
    if (this.records.size < this.capacity) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.records.clear();
        resolve();
      }, patienceMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  clear(): void {
    this.records.clear();
    this.wake();
  }

  private leaveBehind(): void {
    for (const [id, { pipeline, page }] of this.records) if (page < (this.reached.get(pipeline) ?? 0)) this.records.delete(id);
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
