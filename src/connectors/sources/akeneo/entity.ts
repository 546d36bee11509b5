import type { JsonObject, Needs, SourceRecord } from '../../contract/index.js';
import type { Query, Search } from './akeneo-api.js';
import type { Conditions } from './find-records.js';

/** What an answer is turned into records with. */
export interface Reading {
  readonly needs: Needs;
  /** See `Page.readFrom`. */
  readonly readFrom: number;
  /** What they show beside the page must have been read after this (monotonic milliseconds). */
  readonly since: number;
  readonly signal: AbortSignal;
}

/** How one of Akeneo's entities is asked for and read. */
export interface Entity {
  /** Route below /api/rest/v1. */
  readonly path: string;
  /** `search_after` holds still while rows move; offset pages (`page`) are compared to notice when they do. */
  readonly paging: 'search_after' | 'page';
  /** Name of the filter that takes a list of keys. */
  readonly keyFilter: string;
  /** Whether that filter takes such a key; absent: it takes any. */
  lists?(key: string): boolean;
  updatedSince(time: number): Search;
  /** Finds what is linked to something that was edited since; absent: nobody asked for that. */
  readonly linkedSince?: (time: number) => Search;
  /** What people find its records by. */
  readonly conditions: Conditions;
  /** Asks for what the mappings read and no more. */
  query(needs: Needs, signal: AbortSignal): Promise<Query>;
  /** Asks for as little as there is: keys only. */
  keysQuery(signal: AbortSignal): Promise<Query>;
  /** Query that a single object may be asked with. */
  one(needs: Needs, signal: AbortSignal): Promise<Query>;
  keyOf(item: JsonObject): string | null;
  /**
   * The records of a page. `again` reads the same page once more: for what has to be known from before
   * the page was read.
   */
  records(items: readonly JsonObject[], reading: Reading): Promise<SourceRecord[]>;
  /** True once everything these items refer to was read after `since`; false: it has been read now, and they have to be read again. */
  prepared(items: readonly JsonObject[], since: number, signal: AbortSignal): Promise<boolean>;
  /** Items of a listing passed by; `first` and `last` say which end of a whole listing they are. */
  listed?(items: readonly JsonObject[], end: { readonly first: boolean; readonly last: boolean; readonly readFrom: number }): void;
}

/** Query for attribute values: only these attributes, locales and, where it is one, this channel. */
export function valuesQuery(needs: Needs, attributes: readonly string[]): Query {
  return {
    attributes: needs.attributes === null ? undefined : [...attributes].join(','),
    locales: needs.locales === null || needs.locales.length === 0 ? undefined : needs.locales.join(','),
    // The filter takes one channel; with several, all are read and the mapping chooses.
    scope: needs.channels?.length === 1 ? needs.channels[0] : undefined,
    with_attribute_options: true,
  };
}
