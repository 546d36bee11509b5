import { refused } from './magento-error.js';

/**
 * Request paths by store view. Products and categories share them: a path belongs to one entity of a
 * store view, a second claimant is refused (UrlAlreadyExistsException).
 */
export class UrlRewrites {
  readonly #owners = new Map<string, string>();
  readonly #paths = new Map<string, readonly string[]>();

  /** Replaces all paths of `owner` (such as `product:12`), or changes nothing and throws. */
  replace(owner: string, paths: readonly { readonly storeId: number; readonly path: string }[]): void {
    const keys = paths.map(({ storeId, path }) => `${storeId}:${path.toLowerCase()}`);
    const taken = keys.some((key) => (this.#owners.get(key) ?? owner) !== owner);
    if (taken) throw refused('URL key for specified store already exists.');
    this.release(owner);
    for (const key of keys) this.#owners.set(key, owner);
    this.#paths.set(owner, keys);
  }

  release(owner: string): void {
    for (const key of this.#paths.get(owner) ?? []) this.#owners.delete(key);
    this.#paths.delete(owner);
  }
}

/** Magento's `formatUrlKey`: transliterated, lower case, everything else a dash. */
export function urlKeyOf(text: string): string {
  return text
    .replace(/ß/g, 'ss')
    .replace(/[äÄ]/g, 'a')
    .replace(/[öÖ]/g, 'o')
    .replace(/[üÜ]/g, 'u')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
