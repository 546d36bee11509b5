import type { EntryFilter } from '../../queue/entry-filter.js';
import { filterOf, type FilterOptions } from './filter-options.js';
import { Refusal } from '../../model/refusal.js';

/** The entries an action is for. Nobody acts on everything by leaving an option out. */
export function groupOf(options: FilterOptions & { readonly all?: boolean }): EntryFilter {
  const filter = filterOf(options);
  if (Object.keys(filter).length === 0 && !options.all)
    throw new Refusal('wrong', 'say which entries: --pipeline, --state, --key, --fingerprint or --older-than; or --all');
  return filter;
}
