import { unprocessable } from './akeneo-error.js';
import type { PimState } from './state.js';

/** What of a record's values is asked for. Attributes in lower case. */
export interface Trim {
  readonly attributes: ReadonlySet<string> | null;
  readonly locales: ReadonlySet<string> | null;
  readonly scope: string | null;
  readonly withOptions: boolean;
  readonly withCompleteness: boolean;
}

/** `attributes`, `locales`, `scope`, `with_attribute_options` of a listing. https://api.akeneo.com/documentation/filter.html#filter-product-values */
export function trimOf(query: URLSearchParams, { catalog }: PimState): Trim {
  const attributes = listOf(query.get('attributes'));
  const locales = listOf(query.get('locales'));
  const scope = query.get('scope');
  const known = new Set(catalog.attributes.map(({ code }) => code.toLowerCase()));
  const unknown = attributes?.find((code) => !known.has(code.toLowerCase()));
  if (unknown !== undefined) throw unprocessable(`Attribute "${unknown}" does not exist or is not available.`);
  const channel = catalog.channels.find(({ code }) => code === scope);
  if (scope !== null && !channel) throw unprocessable(`Scope "${scope}" does not exist.`);
  const active = new Set(catalog.channels.flatMap((one) => (channel === undefined || channel === one ? one.locales : [])));
  const inactive = locales?.find((locale) => !active.has(locale));
  if (inactive !== undefined) throw unprocessable(`Locale "${inactive}" does not exist or is not activated.`);
  return {
    attributes: attributes && new Set(attributes.map((code) => code.toLowerCase())),
    // A channel without locales asked for means the channel's own.
    locales: locales ? new Set(locales) : channel ? new Set(channel.locales) : null,
    scope,
    withOptions: query.get('with_attribute_options') === 'true',
    withCompleteness: query.get('with_completenesses') === 'true',
  };
}

/** A single record is handed out whole: its route knows none of the other parameters. */
export function optionsOnly(query: URLSearchParams): Trim {
  return {
    attributes: null,
    locales: null,
    scope: null,
    withOptions: query.get('with_attribute_options') === 'true',
    withCompleteness: query.get('with_completenesses') === 'true',
  };
}

function listOf(text: string | null): string[] | null {
  return text === null ? null : text.split(',').filter((one) => one !== '');
}
