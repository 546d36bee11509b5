import type { Behaviour, ItemData, ItemError, ItemResult, StoredItem } from './item.js';

/** What the batch shop holds. */
export class Shelf {
  readonly #items = new Map<string, StoredItem>();

  get size(): number {
    return this.#items.size;
  }

  get(id: string): StoredItem | undefined {
    return this.#items.get(id);
  }

  all(): readonly StoredItem[] {
    return [...this.#items.values()];
  }

  /** One result for each item and each delete, in this order. Deleting what is not there is no error. */
  apply(
    items: readonly ItemData[],
    deletes: readonly string[],
    { atomic, poison }: Pick<Behaviour, 'atomic' | 'poison'>,
    errorFor: (id: string) => ItemError | undefined = () => undefined,
  ): readonly ItemResult[] {
    const errors = [
      ...items.map((item) => this.#objection(item, poison) ?? errorFor(item.id)),
      ...deletes.map((id) => (poison.includes(id) ? refusedId(id) : errorFor(id))),
    ];
    const nothing = atomic && errors.some((error) => error !== undefined);
    return [...items, ...deletes].map((item, index): ItemResult => {
      const id = typeof item === 'string' ? item : item.id;
      const error = errors[index];
      if (error) return { id, status: 'error', error };
      if (nothing) return { id, status: 'skipped' };
      return { id, status: 'ok', created: typeof item === 'string' ? this.#remove(item) : this.#write(item) };
    });
  }

  #write({ id, status = 'live', set = {}, unset = [], version = 0 }: ItemData): boolean {
    const before = this.#items.get(id);
    const gone = new Set(unset);
    const fields = Object.fromEntries(Object.entries({ ...before?.fields, ...set }).filter(([name]) => !gone.has(name) || name in set));
    this.#items.set(id, { id, status, fields, version, writes: (before?.writes ?? 0) + 1 });
    return before === undefined;
  }

  #remove(id: string): false {
    this.#items.delete(id);
    return false;
  }

  #objection(item: ItemData, poison: readonly string[]): ItemError | undefined {
    if (poison.includes(item.id)) return refusedId(item.id);
    if (typeof item.id !== 'string' || item.id === '') return { code: 'no_id', message: 'an item needs an id', field: 'id' };
    const price = item.set?.price;
    if (price !== undefined && price !== null && (typeof price !== 'number' || price < 0)) {
      return { code: 'invalid', message: 'the price must be a number of 0 or more', field: 'price' };
    }
    const stored = this.#items.get(item.id)?.version ?? 0;
    if (item.version !== undefined && item.version < stored) return { code: 'stale', message: `version ${stored} is there already` };
    return undefined;
  }
}

function refusedId(id: string): ItemError {
  return { code: 'invalid', message: `${id} is not wanted here` };
}
