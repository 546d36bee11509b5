import type { JsonObject } from '../../../src/model/json.js';

interface Order {
  readonly id: string;
  /** Null deletes it. */
  readonly fields: JsonObject | null;
}

/** Writes documents into a database, in the order in which that was asked for, once somebody waits for it. */
export class Desk {
  readonly #revs = new Map<string, string>();
  #orders: Order[] = [];
  #flight: Promise<void> = Promise.resolve();

  /** `database`: its whole address. */
  constructor(private readonly database: string) {}

  put(id: string, fields: JsonObject): void {
    this.#orders.push({ id, fields });
  }

  remove(id: string): void {
    this.#orders.push({ id, fields: null });
  }

  /** The revision under which it was written last. */
  revOf(id: string): string | undefined {
    return this.#revs.get(id);
  }

  /** Until all of it is in. */
  written(): Promise<void> {
    this.#flight = this.#flight.then(() => this.#write());
    return this.#flight;
  }

  async #write(): Promise<void> {
    while (this.#orders.length > 0) await this.#bulk(this.#take());
  }

  /** Those up to the first that writes a document again. */
  #take(): Order[] {
    const ids = new Set<string>();
    const count = this.#orders.findIndex(({ id }) => ids.size === ids.add(id).size);
    return this.#orders.splice(0, count < 0 ? this.#orders.length : count);
  }

  async #bulk(orders: readonly Order[]): Promise<void> {
    const docs = orders.map(({ id, fields }) => {
      const rev = this.#revs.get(id);
      return { ...(fields ?? { _deleted: true }), _id: id, ...(rev === undefined ? {} : { _rev: rev }) };
    });
    const answer = await fetch(`${this.database}/_bulk_docs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ docs }),
    });
    const said = (await answer.json()) as readonly { readonly id: string; readonly rev?: string; readonly error?: string }[];
    for (const [index, { rev, error }] of said.entries()) {
      const { id = '' } = orders[index] ?? {};
      if (rev === undefined) throw new Error(`the database did not take ${id}: ${error}`);
      this.#revs.set(id, rev);
    }
  }
}
