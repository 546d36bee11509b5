import { invalidValue, refused } from './magento-error.js';

export type Input =
  'text' | 'textarea' | 'select' | 'multiselect' | 'boolean' | 'date' | 'datetime' | 'price' | 'weight' | 'media_image' | 'gallery';
export type Backend = 'varchar' | 'text' | 'int' | 'decimal' | 'datetime' | 'static';
export type AttributeScope = 'global' | 'website' | 'store';

export interface Option {
  readonly id: number;
  label: string;
  readonly storeLabels: Map<number, string>;
  sortOrder: number;
  isDefault: boolean;
}

export interface Attribute {
  readonly id: number;
  readonly code: string;
  readonly input: Input;
  readonly backend: Backend;
  scope: AttributeScope;
  required: boolean;
  unique: boolean;
  label: string;
  readonly labels: Map<number, string>;
  readonly userDefined: boolean;
  /** Written through `/options`; Magento's own source models (status, visibility) have fixed ones. */
  readonly editableOptions: boolean;
  options: Option[];
  /** Product types it is for; empty: all. */
  readonly applyTo: readonly string[];
  /** Settings that only pass through: `is_filterable`, `is_searchable`, … */
  settings: Record<string, unknown>;
}

/** Which column a user-defined attribute's values live in (Eav's `getBackendTypeByInput`). */
export function backendOf(input: Input): Backend {
  switch (input) {
    case 'textarea':
    case 'multiselect':
      return 'text';
    case 'select':
    case 'boolean':
      return 'int';
    case 'date':
    case 'datetime':
      return 'datetime';
    case 'price':
    case 'weight':
      return 'decimal';
    default:
      return 'varchar';
  }
}

export const inputs: readonly Input[] = [
  'text',
  'textarea',
  'select',
  'multiselect',
  'boolean',
  'date',
  'datetime',
  'price',
  'weight',
  'media_image',
  'gallery',
];

export function usesOptions({ input }: Attribute): boolean {
  return input === 'select' || input === 'multiselect' || input === 'boolean';
}

/**
 * A value as its column keeps it, or null where the row is to go: null always, and '' everywhere but
 * in a text column. Decimals have six digits behind the point, dates a time, lists commas.
 */
export function columnValue(attribute: Attribute, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value === '' && attribute.backend !== 'text') return null;
  if (Array.isArray(value) && value.length === 0) return null;
  const column = asColumn(attribute, value);
  if (usesOptions(attribute)) checkOptions(attribute, column);
  return column;
}

function asColumn(attribute: Attribute, value: unknown): string {
  switch (attribute.backend) {
    case 'int':
      return integer(attribute, value);
    case 'decimal':
      return decimal(attribute, value);
    case 'datetime':
      return dateTime(value);
    case 'varchar':
      return varchar(attribute, value);
    default:
      return plain(attribute, value);
  }
}

function plain({ code }: Attribute, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(',');
  if (typeof value === 'boolean') return value ? '1' : '';
  if (typeof value === 'object') throw invalidValue(code, JSON.stringify(value));
  return String(value);
}

/** MySQL in strict mode refuses what does not fit; Magento tells nothing more of it. */
function varchar(attribute: Attribute, value: unknown): string {
  const text = plain(attribute, value);
  if ([...text].length > 255) throw refused('The product was unable to be saved. Please try again.');
  return text;
}

function integer({ code }: Attribute, value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw invalidValue(code, value);
  return String(number);
}

function decimal({ code }: Attribute, value: unknown): string {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidValue(code, value);
  if (number < 0 && (code === 'price' || code === 'special_price' || code === 'cost')) {
    throw refused('Please enter a number 0 or greater in this field.');
  }
  return number.toFixed(6);
}

function dateTime(value: unknown): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})?.*)?$/.exec(String(value));
  if (!match || Number.isNaN(Date.parse(match[1] as string))) throw refused('Invalid date');
  return `${match[1]} ${match[2] ?? '00:00:00'}`;
}

/** Stricter than Magento, which keeps an id that no option has: here that is always a mistake of the sender. */
function checkOptions({ code, input, options }: Attribute, column: string): void {
  const ids = input === 'multiselect' ? column.split(',') : [column];
  const unknown = ids.find((id) => !options.some((option) => String(option.id) === id));
  if (unknown !== undefined) throw invalidValue(code, unknown);
}
