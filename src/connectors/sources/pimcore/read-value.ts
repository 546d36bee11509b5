import type { JsonValue } from '../../contract/index.js';
import { assetCode } from './asset-code.js';
import type { Field } from './config.js';
import { isObject, text } from './json.js';

/** A value of our shape, nothing, or why it cannot be told. */
export type ReadValue = { readonly data: JsonValue } | { readonly nothing: true } | { readonly problem: string };

const nothing = { nothing: true } as const;

/** One value of an answer. */
export function readValue(raw: JsonValue | undefined, field: Field): ReadValue {
  if (raw === undefined || raw === null) return missing(field);
  switch (field.type) {
    case 'value':
      return { data: raw };
    case 'object':
      return isObject(raw) ? { data: raw } : { problem: 'is no object' };
    case 'quantity':
      return quantity(raw);
    case 'gallery':
      return many(raw, field);
    case 'relation':
    case 'asset':
      return field.list ? many(raw, field) : one(raw, field);
    case 'image':
    case 'hotspotimage':
      return one(raw, field);
  }
}

/**
 * Data Hub's `not_allowed_policy` is 2 unless somebody changed it: what the API key may not read is null, and
 * is left out of lists, just as if it were not there. Only a person knows that something has to be there.
 */
function missing({ required }: Field): ReadValue {
  return required ? { problem: 'is required and empty: nobody filled it in, or the API key may not read what it refers to' } : nothing;
}

/** https://github.com/pimcore/data-hub DataObjectType/QuantityValueType.php */
function quantity(raw: JsonValue): ReadValue {
  if (!isObject(raw)) return { problem: 'is no quantity' };
  if (raw.value === null || raw.value === undefined) return nothing;
  const unit = isObject(raw.unit) ? (text(raw.unit.abbreviation) ?? text(raw.unit.id)) : null;
  return { data: { amount: raw.value, unit } };
}

function many(raw: JsonValue, field: Field): ReadValue {
  if (!Array.isArray(raw)) return { problem: 'is no list' };
  const items = raw.map((item) => one(item, field));
  const broken = items.find((item) => 'problem' in item);
  if (broken !== undefined) return broken;
  const data = items.flatMap((item) => ('data' in item ? [item.data] : []));
  return data.length > 0 ? { data } : missing(field);
}

function one(raw: JsonValue, field: Field): ReadValue {
  if (!isObject(raw)) return { problem: 'is no relation' };
  if (field.type === 'relation') return related(raw, field);
  const asset = field.type === 'hotspotimage' || field.type === 'gallery' ? (raw.image ?? null) : raw;
  // Inside what is there, a picture that is not there can only be one that may not be read.
  if (asset === null) return { problem: 'holds a picture that the API key may not read' };
  const code = isObject(asset) ? assetCode(asset) : null;
  return code === null ? { problem: 'holds something that is no asset' } : { data: code };
}

function related(raw: { readonly [key: string]: JsonValue }, field: Field): ReadValue {
  const id = text(raw.id);
  if (id === null) return { problem: 'refers to something without an id' };
  if (field.of === undefined) return { data: id };
  if (raw.of === undefined) return { problem: `refers to an object that is no ${field.class}` };
  return raw.of === null ? missing(field) : { data: raw.of };
}
