import type { JsonObject, TargetItem } from '../../contract/index.js';
import type { Refused } from './refused.js';
import type { ShopStructure } from './shop-structure.js';

const custom = 'custom_attributes.';
const longestSku = 64;
/** What MySQL's varchar columns of attribute values take, in characters. */
const longestText = 255;

/**
 * The refusal of a product with the field it is about, as the document names it. Magento says nothing of a
 * value that does not fit into its column but that the product was unable to be saved.
 */
export async function blaming(error: Refused, item: TargetItem, structure: ShopStructure, signal: AbortSignal): Promise<Refused> {
  if (error.field !== null) return error.about(fieldNamed(error.field, item.fields));
  const { sku } = item.fields;
  if (/^SKU length/i.test(error.message) || (typeof sku === 'string' && lengthOf(sku) > longestSku)) return error.about('sku');
  if (!/unable to be saved/i.test(error.message)) return error;
  const tooLong = await longTexts(item.fields, structure, signal);
  const [field] = tooLong;
  if (field === undefined) return error;
  const lengths = tooLong.map((one) => `${one} has ${lengthOf(item.fields[one])} characters, the shop takes ${longestText}`);
  return error.about(field, `${error.message} ${lengths.join('; ')}`);
}

/** Magento names the attribute, a document its path. */
function fieldNamed(code: string, fields: JsonObject): string {
  return code in fields || !(`${custom}${code}` in fields) ? code : `${custom}${code}`;
}

async function longTexts(fields: JsonObject, structure: ShopStructure, signal: AbortSignal): Promise<string[]> {
  const long = Object.keys(fields).filter((field) => lengthOf(fields[field]) > longestText);
  const codes = long.flatMap((field) => (field.startsWith(custom) ? [field.slice(custom.length)] : []));
  const known = await structure.attributes(codes, signal);
  return long.filter((field) => field === 'name' || known.get(field.slice(custom.length))?.column === 'varchar');
}

function lengthOf(value: JsonObject[string] | undefined): number {
  return typeof value === 'string' ? [...value].length : 0;
}
