import type { JsonObject, JsonValue, SourceRecord } from '../../contract/index.js';
import { isObject, labels, text } from './json.js';

type Values = SourceRecord['values'];
type ScopedValue = Values[string][number];

/**
 * Akeneo's `values`, which are of our shape but for their names: a list per attribute, each with locale,
 * scope and data. https://api.akeneo.com/concepts/products.html#focus-on-the-product-values
 */
export function readValues(raw: JsonValue | undefined): Values {
  const values: Record<string, ScopedValue[]> = Object.create(null) as Record<string, ScopedValue[]>;
  if (!isObject(raw)) return values;
  for (const [code, list] of Object.entries(raw)) {
    if (Array.isArray(list)) values[code] = list.filter(isObject).map(readValue);
  }
  return values;
}

function readValue(raw: JsonObject): ScopedValue {
  const value = { locale: text(raw.locale), channel: text(raw.scope), data: raw.data ?? null };
  const found = linkedLabels(raw.linked_data);
  return found === undefined ? value : { ...value, labels: found };
}

/** `linked_data` of a select is the option itself, of a multiselect the options by code. */
function linkedLabels(linked: JsonValue | undefined): ScopedValue['labels'] {
  if (!isObject(linked)) return undefined;
  if (typeof linked.code === 'string') return { [linked.code]: labels(linked.labels) };
  const found = Object.entries(linked).flatMap(([code, option]) => (isObject(option) ? [[code, labels(option.labels)] as const] : []));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
