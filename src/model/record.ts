import type { SourceVersion } from './change.js';
import type { JsonObject, JsonValue } from './json.js';

/** One value of an attribute, for one locale and one channel; null means "for all of them". */
export interface ScopedValue {
  readonly locale: string | null;
  readonly channel: string | null;
  /**
   * The bare value. By attribute type:
   * text, textarea, date, identifier: string · number: string or number · boolean: boolean ·
   * select: option code · multiselect: option codes · metric: `{ amount, unit }` ·
   * price: `[{ amount, currency }]` · image, file: the asset's code, for `Source.asset`.
   */
  readonly data: JsonValue;
  /** Labels of the option codes in `data`: code → locale → label. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Where a record stands in its source's life: `live` is meant to be seen; `unpublished` is a draft, `disabled` was
 * switched off, `recycled` lies in the bin and can come back. What no longer exists is no record.
 */
export type RecordState = 'live' | 'unpublished' | 'disabled' | 'recycled';

/**
 * A record as a source connector hands it over: its own plain fields, and its attribute values by
 * attribute code. A mapping addresses the former by path (`identifier`, `categories`, `parent`)
 * and the latter as `values.<code>`, resolved for the scope's locale and channel.
 */
export interface SourceRecord {
  readonly key: string;
  readonly version: SourceVersion | null;
  /** Absent where the source knows no such states: live. One that cannot be told is `unreadable` as `state`. */
  readonly state?: RecordState;
  readonly fields: JsonObject;
  readonly values: Readonly<Record<string, readonly ScopedValue[]>>;
  /**
   * What the source could not tell, by path (`parent`, `values.brand`), and why. It is not the same as empty: a mapping
   * that reads such a path rejects the record with that reason, and every mapping does where it is the `state`.
   */
  readonly unreadable?: Readonly<Record<string, string>>;
}

/** How much stands in a record: fields and values that are not empty. One that comes without its values is as good as deleted. */
export function countValues({ fields, values }: SourceRecord): number {
  const own = Object.values(fields).filter((one) => !isEmpty(one)).length;
  return own + Object.values(values).reduce((sum, scoped) => sum + scoped.filter(({ data }) => !isEmpty(data)).length, 0);
}

/** Says nothing: null, an empty text, an empty list. */
function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
