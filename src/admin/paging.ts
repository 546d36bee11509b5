import { Refusal } from '../model/refusal.js';

/** A place in a list by falling number, as a cursor people cannot take for something else. */
export function cursorOf(id: number): string {
  return Buffer.from(JSON.stringify([id])).toString('base64url');
}

/** Rejects what was not answered as `next`. */
export function placeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    place = null;
  }
  const [id, ...more] = Array.isArray(place) ? (place as unknown[]) : [];
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || more.length > 0)
    throw new Refusal('wrong', 'the cursor is not one of this list: take the one that the page before answered');
  return id;
}

/** The rows of a page that was asked for with one more than it holds. */
export function pageOf<Row extends { readonly id: number }>(rows: readonly Row[], limit: number): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last ? cursorOf(last.id) : null };
}
