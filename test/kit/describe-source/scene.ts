import type { ChangesPage, JsonValue, KeysPage, Needs, OpenSource, SourceRecord } from '../../../src/connectors/contract/index.js';
import type { SourceHarness } from './harness.js';

/** Pages beyond this mean that a listing goes round in circles. */
const mostPages = 100;
const overlapMs = 120_000;
const { signal } = new AbortController();

interface Reading<Page> {
  readonly source?: OpenSource;
  /** Those of the harness by default. */
  readonly needs?: Needs;
  readonly onPage?: (page: Page, index: number) => void | Promise<void>;
}

/** The PIM and the source of the running test. */
export class SourceScene<Harness extends SourceHarness = SourceHarness> {
  #on: Harness | null = null;
  #source: OpenSource | null = null;
  #opened: OpenSource[] = [];

  /** Registers what begins and ends each test. */
  constructor(open: () => Promise<Harness>) {
    beforeEach(async () => {
      this.#on = await open();
      this.#source = await this.fresh();
    });
    afterEach(async () => {
      for (const source of this.#opened.splice(0)) await source.close?.();
      await this.#on?.close();
    });
  }

  get on(): Harness {
    if (this.#on === null) throw new Error('no test is running');
    return this.#on;
  }

  get source(): OpenSource {
    if (this.#source === null) throw new Error('no test is running');
    return this.#source;
  }

  async fresh(): Promise<OpenSource> {
    const source = await this.on.open();
    this.#opened.push(source);
    return source;
  }

  /** Adds records until there are so many pages of them. */
  fill(pages: number): readonly string[] {
    const missing = Math.floor(pages * this.on.pageSize) - this.on.keys().length;
    for (let left = missing; left > 0; left--) this.on.add(`text ${left}`);
    return this.on.keys();
  }

  keysPage(cursor: JsonValue | null, withRecords: boolean, source = this.source, stop = signal, needs = this.on.needs): Promise<KeysPage> {
    return source.keys(this.on.entity, cursor, { needs, signal: stop, withRecords });
  }

  changesPage(
    cursor: JsonValue | null,
    source = this.source,
    overlap = overlapMs,
    stop = signal,
    needs = this.on.needs,
  ): Promise<ChangesPage> {
    return source.changes(this.on.entity, cursor, { needs, signal: stop, overlapMs: overlap });
  }

  fetch(keys: readonly string[], source = this.source, stop = signal) {
    return source.fetch(this.on.entity, keys, { needs: this.on.needs, signal: stop });
  }

  /** The pages of a listing from a cursor to its end. */
  listing(withRecords: boolean, cursor: JsonValue | null = null, { source, needs, onPage }: Reading<KeysPage> = {}): Promise<KeysPage[]> {
    return untilDone(cursor, (at) => this.keysPage(at, withRecords, source, signal, needs), onPage);
  }

  /** The pages of a window from a cursor to its end. */
  window(
    cursor: JsonValue,
    { source, needs, onPage, overlap = overlapMs }: Reading<ChangesPage> & { readonly overlap?: number } = {},
  ): Promise<ChangesPage[]> {
    return untilDone(cursor, (at) => this.changesPage(at, source, overlap, signal, needs), onPage);
  }

  /** Subscribes; answers the cursor, with everything that was there before well past the overlap. */
  async subscribed(): Promise<JsonValue> {
    this.on.clock.advance(600_000);
    const { cursor } = await this.changesPage(null);
    this.on.clock.advance(600_000);
    return cursor;
  }

  texts(records: readonly (SourceRecord | undefined)[]): Map<string, string | null> {
    return new Map(records.flatMap((record) => (record ? [[record.key, this.on.textOf(record)] as const] : [])));
  }
}

async function untilDone<Page extends { readonly cursor: JsonValue; readonly done: boolean }>(
  cursor: JsonValue | null,
  read: (cursor: JsonValue | null) => Promise<Page>,
  onPage: Reading<Page>['onPage'],
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let at = cursor; pages.length < mostPages;) {
    const page = await read(at);
    pages.push(page);
    if (page.done) return pages;
    await onPage?.(page, pages.length - 1);
    at = throughJson(page.cursor);
  }
  throw new Error(`no end after ${mostPages} pages`);
}

/** As a cursor comes back from the database. */
export function throughJson(cursor: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(cursor)) as JsonValue;
}

export function keysOf(pages: readonly (KeysPage | ChangesPage)[]): string[] {
  return pages.flatMap((page) => ('keys' in page ? page.keys : page.changes)).map(({ key }) => key);
}

/** Those of the wanted that are not among the found. */
export function lacking(wanted: Iterable<string>, found: Iterable<string>): string[] {
  const has = new Set(found);
  return [...wanted].filter((key) => !has.has(key));
}
