import type { ChangesOptions, ChangesPage, Fetched, KeysPage, OpenSource, ReadOptions } from '../../../src/connectors/contract/index.js';
import type { Change } from '../../../src/model/change.js';
import type { JsonObject, JsonValue } from '../../../src/model/json.js';
import type { RecordState, SourceRecord } from '../../../src/model/record.js';

interface Row {
  fields: JsonObject;
  /** Whole seconds, as the PIM stores them. */
  updated: number;
  /** What each edit changed; none of what appeared. */
  edits: readonly { readonly at: number; readonly fields: readonly string[] }[];
  state?: RecordState;
}

/**
 * A PIM in this process, for journeys that are about the program and not about a vendor: it keeps state,
 * has a clock of its own with a resolution of one second, pages, and can be told to fail.
 */
export class PlainPim implements OpenSource {
  readonly rows = new Map<string, Row>();
  /** The PIM's clock, milliseconds; it stands still unless moved. */
  clock = Date.UTC(2026, 0, 1);
  pageSize = 3;
  /** Called with every request before it is answered: may edit, may throw, may wait. */
  onRequest: (request: string) => void | Promise<void> = () => undefined;
  listsNothing = false;
  /** Keys that listings leave out, though the records are there: an index that is behind, rights that were taken away. */
  readonly unlisted = new Set<string>();
  /** Pages carry the records they announce; without them they are fetched. */
  carriesRecords = true;
  /** Changes say which fields they touched. */
  tellsFields = false;
  /** What fetches are answered from while a replica lags; null: the rows. */
  replica: ReadonlyMap<string, Row> | null = null;
  readonly requests: string[] = [];

  put(key: string, fields: JsonObject): void {
    this.rows.set(key, { fields: { ...fields }, updated: Math.floor(this.clock / 1000), edits: [] });
  }

  edit(key: string, fields: JsonObject): void {
    this.save(key, fields, Object.keys(fields), this.row(key).state);
  }

  /** Unpublishes it, switches it off, puts it into the bin, or makes it live again. */
  setState(key: string, state: RecordState): void {
    this.save(key, {}, ['state'], state);
  }

  remove(key: string): void {
    this.rows.delete(key);
  }

  check(): Promise<{ ok: true; detail: string }> {
    return Promise.resolve({ ok: true, detail: 'here' });
  }

  changes(_entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    return this.answer('changes', () => {
      if (cursor === null) return { changes: [], cursor: { start: this.clock, end: null, after: null }, position: this.clock, done: true };
      const { start, end, after } = cursor as { start: number; end: number | null; after: string | null };
      const captured = end ?? this.clock;
      const from = Math.floor((start - options.overlapMs) / 1000);
      const found = this.sorted().filter(([key, row]) => row.updated >= from && (after === null || key > after));
      const page = found.slice(0, this.pageSize);
      const done = found.length <= this.pageSize;
      const last = page.at(-1)?.[0] ?? after;
      return {
        changes: page.map(([key, row]): Change => ({
          key,
          kind: 'updated',
          version: this.versionOf(row),
          ...(this.tellsFields ? { changedFields: row.edits.filter(({ at }) => at >= from).flatMap(({ fields }) => fields) } : {}),
          ...(this.carriesRecords ? { record: this.recordOf(key, row) } : {}),
        })),
        cursor: done ? { start: captured, end: null, after: null } : { start, end: captured, after: last },
        position: done ? captured : null,
        done,
      };
    });
  }

  keys(_entity: string, cursor: JsonValue | null, options: ReadOptions & { withRecords: boolean }): Promise<KeysPage> {
    return this.answer('keys', () => {
      const after = typeof cursor === 'string' ? cursor : '';
      const found = this.listsNothing ? [] : this.sorted().filter(([key]) => key > after && !this.unlisted.has(key));
      const page = found.slice(0, this.pageSize);
      const keys = page.map(([key, row]) => ({
        key,
        version: this.versionOf(row),
        ...(options.withRecords ? { record: this.recordOf(key, row) } : {}),
      }));
      return { keys, cursor: page.at(-1)?.[0] ?? after, done: found.length <= this.pageSize, total: this.rows.size };
    });
  }

  fetch(_entity: string, keys: readonly string[]): Promise<Fetched> {
    return this.answer('fetch', () => ({
      records: keys.flatMap((key) => {
        const row = (this.replica ?? this.rows).get(key);
        return row ? [this.recordOf(key, row)] : [];
      }),
      absent: keys.filter((key) => !(this.replica ?? this.rows).has(key)),
    }));
  }

  /** The answer is made at once and handed over later, as over a network: an edit in between is not in it. */
  protected async answer<Result>(request: string, make: () => Result): Promise<Result> {
    this.requests.push(request);
    await this.onRequest(request);
    const result = make();
    await new Promise((resolve) => setImmediate(resolve));
    return result;
  }

  protected sorted(): [string, Row][] {
    return [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  protected versionOf(row: Row): { id: string; order: number; closed: boolean } {
    return { id: String(row.updated), order: row.updated * 1000, closed: this.clock >= (row.updated + 1) * 1000 };
  }

  protected recordOf(key: string, row: Row): SourceRecord {
    const { fields, state } = row;
    return { key, version: this.versionOf(row), ...(state ? { state } : {}), fields: structuredClone(fields), values: {} };
  }

  private save(key: string, fields: JsonObject, touched: readonly string[], state: RecordState | undefined): void {
    const row = this.row(key);
    this.put(key, { ...row.fields, ...fields });
    const edit = { at: Math.floor(this.clock / 1000), fields: touched };
    this.rows.set(key, { ...this.row(key), edits: [...row.edits, edit], ...(state ? { state } : {}) });
  }

  private row(key: string): Row {
    const row = this.rows.get(key);
    if (!row) throw new Error(`no ${key}`);
    return row;
  }
}
