import { waitFor } from '../../http/index.js';
import type { AkeneoApi, Page } from './akeneo-api.js';
import { folded, text } from './json.js';
import { updatedSinceIso } from './updated-since.js';

/** Categories edited so long before what was read last are read again, as any delta does. */
const overlapMs = 120_000;

interface Node {
  readonly code: string;
  readonly parent: string | null;
}

/**
 * The category trees, by code without case: what stands above a category. Read whole once (a hundred categories a
 * call), then kept up with what was edited since. What was deleted stays: no product names it any more.
 */
export class CategoryIndex {
  readonly #nodes = new Map<string, Node>();
  /** Everything edited up to this time of the PIM's clock is in; null until all were read once. */
  #upTo: number | null = null;
  #freshAt = -Infinity;
  #flight: Promise<void> | null = null;

  constructor(
    private readonly api: AkeneoApi,
    /** Ends what is read for everybody. */
    private readonly closing: AbortSignal,
  ) {}

  /** These categories and everything above them, each once. */
  withAncestors(codes: readonly string[]): string[] {
    const found = new Map<string, string>();
    for (const code of codes) {
      for (let next: string | null = code; next !== null && !found.has(folded(next));) {
        const node: Node | undefined = this.#nodes.get(folded(next));
        found.set(folded(next), node?.code ?? next);
        next = node?.parent ?? null;
      }
    }
    return [...found.values()];
  }

  /** Reads what was edited, unless that was done after `since` (monotonic milliseconds) already. */
  async refresh(since: number, signal: AbortSignal): Promise<void> {
    while (this.#freshAt < since) {
      this.#flight ??= this.#read(this.closing).finally(() => (this.#flight = null));
      await waitFor(this.#flight, signal);
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const search = this.#upTo === null ? undefined : JSON.stringify(updatedSinceIso(this.#upTo - overlapMs));
    let page: Page = await this.api.list('/categories', { limit: 100, search }, signal);
    const { readFrom } = page;
    if (this.#upTo !== null && readFrom < this.#upTo - overlapMs / 2) {
      // The PIM's clock was set back: what is edited since carries earlier times than were asked for.
      this.#upTo = null;
      return this.#read(signal);
    }
    this.#remember(page);
    while (page.next !== null) {
      page = await this.api.follow(page.next, signal);
      this.#remember(page);
    }
    this.#upTo = Math.max(this.#upTo ?? -Infinity, readFrom);
    this.#freshAt = began;
  }

  #remember(page: Page): void {
    for (const item of page.items) {
      const code = text(item.code);
      if (code !== null) this.#nodes.set(folded(code), { code, parent: text(item.parent) });
    }
  }
}
