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
  readonly revision: number;
}

/**
 * Hands records from the pages that announced them to the batch that maps them, so that a record is
 * read once and not twice. Only a shortcut: what is not here (another process, a restart, newer news,
 * no room) is fetched. It is bounded; a full pass waits for room before it reads the next page.
 */
export class CarriedRecords {
  private readonly records = new Map<string, Carried>();
  private waiting: (() => void)[] = [];

  constructor(private readonly capacity = 1_000) {}

  put(pipeline: string, key: string, revision: number, carried: CarriedRecord): void {
    if (this.records.size < this.capacity * 2) this.records.set(`${pipeline} ${key}`, { ...carried, revision });
  }

  /** What a page brought of one pipeline, each under the revision that the page gave it. */
  putPage(pipeline: string, { result, records, readNumber }: CarriedPage): void {
    for (const entry of result.entries) {
      const record = entry.pipeline === pipeline ? records.get(entry.key) : undefined;
      if (record) this.put(pipeline, entry.key, entry.revision, { record, readNumber });
    }
  }

  /** The record carried for exactly this revision; it is handed out once. */
  take(pipeline: string, key: string, revision: number): CarriedRecord | null {
    const id = `${pipeline} ${key}`;
    const found = this.records.get(id);
    if (!found) return null;
    this.records.delete(id);
    if (this.records.size < this.capacity) this.wake();
    return found.revision === revision ? found : null;
  }

  /** Resolves once there is room for another page, or after `patienceMs`: nobody may be there to take what is carried. */
  async room(patienceMs = 5_000): Promise<void> {
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

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
