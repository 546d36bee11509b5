import { unprocessable } from './akeneo-error.js';

export interface Criterion {
  readonly operator: string;
  readonly value?: unknown;
}

/** How one property of a record is tested. Throws what Akeneo refuses. */
export type Properties<Record> = Readonly<{ [property: string]: (criterion: Criterion) => (record: Record) => boolean }>;

/** What is asked of each property. */
export type Criteria = Readonly<{ [property: string]: readonly Criterion[] }>;

/** Most items in one list of values. https://api.akeneo.com/api-reference.html#search_products_uuid */
const longestList = 800;

/** Criteria as one test. https://api.akeneo.com/documentation/filter.html */
export function testOf<Record>(criteria: Criteria, properties: Properties<Record>): (record: Record) => boolean {
  const tests = Object.entries(criteria).flatMap(([property, list]) => {
    // Not what every object inherits.
    const test = Object.hasOwn(properties, property) ? properties[property] : undefined;
    if (!test) throw unsupported(property, String(list[0]?.operator));
    return list.map((criterion) => test(criterion));
  });
  return (record) => tests.every((test) => test(record));
}

/** The values of an `IN` on that property, where there is one. */
export function valuesIn(criteria: Criteria, property: string): readonly string[] | null {
  const found = criteria[property]?.find(({ operator }) => operator === 'IN')?.value;
  return Array.isArray(found) ? found.map(String) : null;
}

/** The `search` parameter; no criteria where there is none. */
export function parseSearch(search: string | null): Criteria {
  if (search === null || search === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(search);
  } catch {
    throw unprocessable('Search query parameter should be valid JSON.');
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    throw unprocessable('Search query parameter has to be an array.');
  for (const [property, criteria] of Object.entries(parsed)) {
    if (!Array.isArray(criteria) || criteria.some((one: unknown) => one === null || typeof one !== 'object'))
      throw unprocessable(
        `Structure of filter "${property}" should respect this structure: {"${property}":[{"operator": "my_operator", "value": "my_value"}]}`,
      );
    if (criteria.some((one: { operator?: unknown }) => typeof one.operator !== 'string'))
      throw unprocessable(`Operator is missing for the property "${property}".`);
  }
  return parsed as Criteria;
}

export function unsupported(property: string, operator: string): Error {
  return unprocessable(`Filter on property "${property}" is not supported or does not support operator "${operator}"`);
}

/** Codes in a list, compared without case. */
export function inList(property: string, { operator, value }: Criterion): (code: string | null) => boolean {
  if (operator !== 'IN' && operator !== 'NOT IN') throw unsupported(property, operator);
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string'))
    throw unprocessable(`Property "${property}" expects an array with valid data.`);
  if (value.length > longestList) throw unprocessable(`Property "${property}" expects at most ${longestList} items.`);
  const codes = new Set((value as string[]).map((code) => code.toLowerCase()));
  return (code) => (code !== null && codes.has(code.toLowerCase())) === (operator === 'IN');
}

/** A date and time `YYYY-MM-DD hh:mm:ss`, read as UTC, against stamps of whole seconds. */
export function dateTest(property: string, { operator, value }: Criterion, read: (text: string) => number): (time: number) => boolean {
  const second = (time: number): number => Math.floor(time / 1000);
  const at = (text: unknown): number => second(read(String(text)));
  const bounds = (): [number, number] => {
    if (!Array.isArray(value) || value.length !== 2) throw unprocessable(`Property "${property}" expects an array with two dates.`);
    return [at(value[0]), at(value[1])];
  };
  switch (operator) {
    case '>':
    case '<':
    case '=':
    case '!=':
      return compared(operator, at(value), second);
    case 'BETWEEN':
    case 'NOT BETWEEN': {
      const [from, to] = bounds();
      return (time) => (second(time) >= from && second(time) <= to) === (operator === 'BETWEEN');
    }
    default:
      throw unsupported(property, operator);
  }
}

function compared(operator: '>' | '<' | '=' | '!=', bound: number, second: (time: number) => number): (time: number) => boolean {
  if (operator === '>') return (time) => second(time) > bound;
  if (operator === '<') return (time) => second(time) < bound;
  return (time) => (second(time) === bound) === (operator === '=');
}

/** `EMPTY`, `NOT EMPTY` where it is one of them. */
export function emptyTest({ operator }: Criterion): ((value: string | null) => boolean) | null {
  if (operator !== 'EMPTY' && operator !== 'NOT EMPTY') return null;
  return (value) => (value === null) === (operator === 'EMPTY');
}

export function readDateTime(property: string): (text: string) => number {
  return (text) => {
    if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text))
      throw unprocessable(`Property "${property}" expects a string with the format "yyyy-mm-dd H:i:s" as data, "${text}" given.`);
    return Date.parse(`${text.replace(' ', 'T')}Z`);
  };
}

export function readIso(property: string): (text: string) => number {
  return (text) => {
    const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(time)) throw unprocessable(`The property "${property}" expects a date in ISO 8601, "${text}" given.`);
    return time;
  };
}
