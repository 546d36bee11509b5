import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AkeneoApi, Page } from './akeneo-api.js';
import type { Entity } from './entity.js';

/** The page before an offset border, and a print of the keys that stood on it. */
export const Border = z.object({ page: z.string(), print: z.string() });
export type Border = z.infer<typeof Border>;

/** What has to stay as it is for the next page to follow on this one; null where the source sees to it itself (`search_after`). */
export function borderAfter(entity: Entity, page: Page): Border | null {
  if (entity.paging === 'search_after' || page.next === null || page.self === null) return null;
  return { page: page.self, print: printOf(entity, page) };
}

/**
 * Whether rows have moved over a border since. Offsets are counted from the beginning: what is removed
 * before a border pulls the next page's first row over to a page that was read already. Comparing counts
 * is not enough, one may have gone and another come; so the page before is read once more, after the
 * one behind it.
 */
export async function hasMoved(api: AkeneoApi, entity: Entity, border: Border | null, signal: AbortSignal): Promise<boolean> {
  if (border === null) return false;
  const page = await api.tryFollow(border.page, signal);
  return page === null || printOf(entity, page) !== border.print;
}

function printOf(entity: Entity, { items }: Page): string {
  const keys = items.map((item) => entity.keyOf(item));
  return createHash('sha256').update(JSON.stringify(keys)).digest('base64url').slice(0, 16);
}
