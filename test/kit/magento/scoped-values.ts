import type { AttributeScope } from './attribute.js';
import type { Stores } from './stores.js';
import { ADMIN } from './stores.js';

/** Attribute values of one entity: rows by attribute and store, as the EAV tables have them. */
export class ScopedValues {
  readonly #rows = new Map<string, Map<number, string>>();

  /** The store's own value, else the default one. */
  get(code: string, storeId: number): string | undefined {
    const row = this.#rows.get(code);
    return row?.get(storeId) ?? row?.get(ADMIN);
  }

  /** What stands in exactly this scope. */
  own(code: string, storeId: number): string | undefined {
    return this.#rows.get(code)?.get(storeId);
  }

  /** Writes where the attribute's scope says; null removes the row, so that the default value shows again. */
  set(code: string, scope: AttributeScope, storeId: number, value: string | null, stores: Stores): void {
    for (const target of targets(scope, storeId, stores)) {
      const row = this.#rows.get(code) ?? new Map<number, string>();
      if (value === null) row.delete(target);
      else row.set(target, value);
      if (row.size > 0) this.#rows.set(code, row);
      else this.#rows.delete(code);
    }
  }

  codes(): Iterable<string> {
    return this.#rows.keys();
  }

  /** All rows of one scope, code → value. */
  rows(storeId: number): Record<string, string> {
    return Object.fromEntries(
      [...this.#rows].flatMap(([code, row]) => {
        const value = row.get(storeId);
        return value === undefined ? [] : [[code, value]];
      }),
    );
  }

  /** A copy to go back to when a save is refused half-way. */
  clone(): ScopedValues {
    const copy = new ScopedValues();
    for (const [code, row] of this.#rows) copy.#rows.set(code, new Map(row));
    return copy;
  }
}

function targets(scope: AttributeScope, storeId: number, stores: Stores): readonly number[] {
  if (storeId === ADMIN || scope === 'global') return [ADMIN];
  return scope === 'website' ? stores.siblings(storeId) : [storeId];
}
