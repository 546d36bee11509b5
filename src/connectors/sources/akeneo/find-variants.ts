import type { AkeneoApi, Page } from './akeneo-api.js';
import { folded, text } from './json.js';
import type { ModelIndex } from './model-index.js';
import type { AkeneoStructure } from './read-structure.js';
import { splitByLength } from './split-by-length.js';

/**
 * Which of these root models have a variant, at any level. Akeneo has no such field: a page of the
 * variants of all of them settles many at once, and the next one is asked for what is still open, so
 * that a model with a thousand variants costs no more than one with two.
 */
export async function findVariants(
  api: AkeneoApi,
  roots: readonly string[],
  structure: AkeneoStructure,
  models: ModelIndex,
  signal: AbortSignal,
): Promise<Set<string>> {
  const rootOf = new Map(roots.map((root) => [folded(root), root]));
  await addSubModels(api, roots, rootOf, structure, models, signal);
  const found = new Set<string>();
  for (const parents of splitByLength([...rootOf.keys()])) await searchVariants(api, parents, rootOf, found, structure.identifier, signal);
  return found;
}

/** Only families with two levels have models in between. */
async function addSubModels(
  api: AkeneoApi,
  roots: readonly string[],
  rootOf: Map<string, string>,
  structure: AkeneoStructure,
  models: ModelIndex,
  signal: AbortSignal,
): Promise<void> {
  const layered = roots.filter((root) => structure.twoLevels.has(folded(models.find(root)?.familyVariant ?? '')));
  for (const parents of splitByLength(layered)) {
    const query = { pagination_type: 'search_after', limit: 100, attributes: structure.identifier, search: childrenOf(parents) };
    for (let page: Page | null = await api.list('/product-models', query, signal); page !== null; page = await next(api, page, signal)) {
      models.remember(page.items);
      for (const item of page.items) {
        const code = text(item.code);
        const root = rootOf.get(folded(text(item.parent) ?? ''));
        if (code !== null && root !== undefined) rootOf.set(folded(code), root);
      }
    }
  }
}

async function searchVariants(
  api: AkeneoApi,
  parents: readonly string[],
  rootOf: ReadonlyMap<string, string>,
  found: Set<string>,
  identifier: string,
  signal: AbortSignal,
): Promise<void> {
  let open = parents.filter((parent) => !found.has(rootOf.get(parent) ?? ''));
  while (open.length > 0) {
    const query = { pagination_type: 'search_after', limit: 100, attributes: identifier, search: childrenOf(open) };
    const page = await api.list('/products-uuid', query, signal);
    for (const item of page.items) {
      const root = rootOf.get(folded(text(item.parent) ?? ''));
      if (root !== undefined) found.add(root);
    }
    const left = open.filter((parent) => !found.has(rootOf.get(parent) ?? ''));
    // The last page names every variant that is left; and what settles nothing would be asked for ever.
    if (page.next === null || left.length === open.length) return;
    open = left;
  }
}

function next(api: AkeneoApi, page: Page, signal: AbortSignal): Promise<Page | null> {
  return page.next === null ? Promise.resolve(null) : api.follow(page.next, signal);
}

function childrenOf(parents: readonly string[]): string {
  return JSON.stringify({ parent: [{ operator: 'IN', value: parents }] });
}
