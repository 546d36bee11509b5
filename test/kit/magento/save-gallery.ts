import { claimRoles, describe } from './media-gallery.js';
import { refused } from './magento-error.js';
import type { Product, ProductData } from './product.js';
import type { Shop } from './shop.js';

/**
 * The gallery of a product save: null or absent leaves it; else the list is the whole gallery, so that
 * `[]` deletes every picture in every view, an entry with a known id is changed, one without is new.
 */
export function saveGallery(shop: Shop, draft: Product, entries: ProductData['media_gallery_entries'], storeId: number): void {
  if (!entries) return;
  const known = new Map(draft.media.map((entry) => [entry.id, entry]));
  const isKnown = (id: number | null | undefined): id is number => id !== null && id !== undefined && known.has(id);
  const kept = new Set(entries.map(({ id }) => id).filter(isKnown));
  draft.media = draft.media.filter(({ id }) => kept.has(id));
  for (const data of entries) {
    const existing = isKnown(data.id) ? known.get(data.id) : undefined;
    if (!existing && !data.content) throw refused('The image content is invalid. Verify the content and try again.');
    const entry = existing ?? shop.library.create(data, storeId);
    if (existing) describe(existing, data, storeId);
    else draft.media.push(entry);
    claimRoles(draft.media, entry);
  }
}
