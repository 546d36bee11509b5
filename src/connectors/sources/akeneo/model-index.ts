import type { JsonObject } from '../../contract/index.js';
import { waitFor } from '../../http/index.js';
import type { AkeneoApi, Page } from './akeneo-api.js';
import { folded, text } from './json.js';
import { updatedSince } from './updated-since.js';

export interface Model {
  readonly code: string;
  readonly parent: string | null;
  readonly familyVariant: string | null;
  readonly updated: string | null;
}

/** A delta of the models reads this much again, as any delta does. */
const overlapMs = 120_000;

/**
 * The product models by code, without case: where a variant belongs, and when what it inherits was
 * last edited. Read whole once (a hundred models a call), then kept up with what was edited since; so
 * that a page of variants costs no calls of its own, however many parents it has.
 */
export class ModelIndex {
  readonly #models = new Map<string, Model>();
  /** Everything edited up to this time of the PIM's clock is in; null until all were read once. */
  #upTo: number | null = null;
  #freshAt = -Infinity;
  #flight: Promise<void> | null = null;

  constructor(
    private readonly api: AkeneoApi,
    private readonly timeZone: string,
    /** Attributes a call has to name so that it does not answer all of them. */
    private readonly fewest: (signal: AbortSignal) => Promise<string>,
    /** Ends what is read for everybody. */
    private readonly closing: AbortSignal,
  ) {}

  /** When it was last brought up to date, monotonic milliseconds. */
  get freshAt(): number {
    return this.#freshAt;
  }

  find(code: string): Model | undefined {
    return this.#models.get(folded(code));
  }

  /** The parent and its parents, nearest first. */
  ancestors(parent: string): Model[] {
    const found: Model[] = [];
    for (
      let model = this.find(parent);
      model !== undefined && !found.includes(model);
      model = model.parent === null ? undefined : this.find(model.parent)
    ) {
      found.push(model);
    }
    return found;
  }

  remember(items: readonly JsonObject[]): void {
    for (const item of items) {
      const code = text(item.code);
      if (code === null) continue;
      const model = { code, parent: text(item.parent), familyVariant: text(item.family_variant), updated: text(item.updated) };
      this.#models.set(folded(code), model);
    }
  }

  /** A listing of all models that began at `readFrom` has been remembered from its first page to its last. */
  complete(readFrom: number): void {
    this.#upTo = Math.max(this.#upTo ?? -Infinity, readFrom);
  }

  /** Reads what was edited, unless that was done after `since` (monotonic milliseconds) already. */
  async refresh(since: number, signal: AbortSignal): Promise<void> {
    while (this.#freshAt < since) {
      if (this.#flight === null) this.#flight = this.#read(this.closing).finally(() => (this.#flight = null));
      await waitFor(this.#flight, signal);
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const search = this.#upTo === null ? undefined : JSON.stringify(updatedSince(this.#upTo - overlapMs, this.timeZone));
    const query = { pagination_type: 'search_after', limit: 100, attributes: await this.fewest(signal), search };
    let page: Page = await this.api.list('/product-models', query, signal);
    const { readFrom } = page;
    if (this.#upTo !== null && readFrom < this.#upTo - overlapMs / 2) {
      // The PIM's clock was set back: what is edited since carries earlier times than were asked for.
      this.#upTo = null;
      return this.#read(signal);
    }
    this.remember(page.items);
    while (page.next !== null) {
      page = await this.api.follow(page.next, signal);
      this.remember(page.items);
    }
    this.complete(readFrom);
    this.#freshAt = began;
  }
}
