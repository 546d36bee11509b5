/** A record of an invented catalogue, in nobody's words yet. Times are epoch milliseconds. */
export interface Row {
  readonly id: string;
  readonly text: string;
  readonly created: number;
  readonly updated: number;
  readonly status: string;
}

export interface Deletion {
  readonly number: number;
  readonly id: string;
  readonly at: number;
}

/** What stands behind a JSON API: records, a list of what was deleted, and a clock that stands still unless it is moved. */
export class Store {
  readonly rows = new Map<string, Row>();
  readonly deletions: Deletion[] = [];
  #sorted: readonly Row[] | null = null;
  /** Raised when tokens of pages are forgotten. */
  epoch = 1;
  clock = Date.UTC(2026, 0, 1);

  put(id: string, text: string, updated = this.clock): void {
    const { created = updated, status = 'published' } = this.rows.get(id) ?? {};
    this.#set({ id, text, created, updated, status });
  }

  setStatus(id: string, status: string): void {
    const row = this.rows.get(id);
    if (!row) throw new Error(`no ${id}`);
    this.#set({ ...row, status, updated: this.clock });
  }

  remove(id: string): void {
    this.#sorted = null;
    if (this.rows.delete(id)) this.deletions.push({ number: this.deletions.length + 1, id, at: this.clock });
  }

  #set(row: Row): void {
    this.#sorted = null;
    this.rows.set(row.id, row);
  }

  /** By key, as every listing here is sorted. */
  sorted(): readonly Row[] {
    this.#sorted ??= [...this.rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    return this.#sorted;
  }
}
