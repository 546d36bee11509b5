import type { Search } from './akeneo-api.js';

/**
 * The filter "edited after that second", one second early because Akeneo knows no `>=`. Akeneo reads
 * the date in the time zone of its server. https://api.akeneo.com/documentation/filter.html#on-their-creation-or-update-date
 */
export function updatedSince(time: number, timeZone: string): Search {
  return { updated: [{ operator: '>', value: localTime(second(time), timeZone) }] };
}

/** What a product may be linked to, as the PIM names it. */
export type LinkedType = 'asset' | 'reference_entity_record';

/**
 * The same for what a product is linked to, whose edits leave its own time alone. The PIM writes them down only where its option
 * "Linked entities update" is on for that type: https://api.akeneo.com/documentation/filter.html
 */
export function linkedSince(time: number, timeZone: string, types: readonly LinkedType[]): Search {
  return {
    updated_including_linked_entities: [{ operator: '>', value: localTime(second(time), timeZone) }],
    updated_including_linked_type: [{ operator: 'IN', value: [...types] }],
  };
}

/** The same for categories, whose filter wants ISO 8601 with an offset. */
export function updatedSinceIso(time: number): Search {
  return { updated: [{ operator: '>', value: second(time).toISOString().replace('.000', '') }] };
}

function second(time: number): Date {
  return new Date((Math.floor(time / 1000) - 1) * 1000);
}

/** `YYYY-MM-DD hh:mm:ss` as a clock in that zone shows it. */
function localTime(time: Date, timeZone: string): string {
  const shown = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, ...shown });
  return format.format(time).replace(',', '');
}
