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
 * A record as a source connector hands it over: its own plain fields, and its attribute values by
 * attribute code. A mapping addresses the former by path (`identifier`, `categories`, `parent`)
 * and the latter as `values.<code>`, resolved for the scope's locale and channel.
 */
export interface SourceRecord {
  readonly key: string;
  readonly version: SourceVersion | null;
  readonly fields: JsonObject;
  readonly values: Readonly<Record<string, readonly ScopedValue[]>>;
}
