import type { EntryFilter } from '../../queue/entry-filter.js';
import { filterOf, type FilterOptions } from './filter-options.js';

/** The entries an action is for. Nobody acts on everything by leaving an option out. */
export function groupOf(options: FilterOptions & { readonly all?: boolean }): EntryFilter {
  const filter = filterOf(options);
  if (Object.keys(filter).length === 0 && !options.all)
    throw new Error('say which entries: --pipeline, --state, --key, --fingerprint or --older-than; or --all');
  return filter;
}
