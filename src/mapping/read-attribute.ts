import type { JsonValue } from '../model/json.js';
import type { Attribute } from '../model/structure.js';
import { admit } from './admit.js';
import { parseNumber } from './numbers.js';
import type { OptionLabels, Run } from './run.js';

interface Candidate {
  readonly locale?: unknown;
  readonly channel?: unknown;
  readonly data?: unknown;
  readonly labels?: unknown;
}

/** Reads a known attribute: the value for exactly the scope's locale and channel where it has them, for all where not. */
export function readAttribute(attribute: Attribute): (run: Run) => JsonValue | undefined {
  const { code, localizable, scopable } = attribute;
  const path = `values.${code}`;
  const isPrice = attribute.type === 'price';
  return (run) => {
    const candidates = candidatesOf(code, path, run);
    if (candidates === undefined) return undefined;
    const locale = localizable ? run.scope.locale : null;
    const channel = scopable ? run.scope.channel : null;
    for (const candidate of candidates) {
      if (!isCandidate(candidate)) return run.fail('wrong_type', `${path} holds something that is no value`);
      if ((candidate.locale ?? null) === locale && (candidate.channel ?? null) === channel) return take(candidate, path, isPrice, run);
    }
    return undefined;
  };
}

/** Reads an attribute the source did not describe: the value that fits the scope most closely. */
export function readUnknownAttribute(code: string): (run: Run) => JsonValue | undefined {
  const path = `values.${code}`;
  return (run) => {
    const candidates = candidatesOf(code, path, run);
    if (candidates === undefined) return undefined;
    let best: Candidate | undefined;
    let bestFit = 0;
    for (const candidate of candidates) {
      if (!isCandidate(candidate)) return run.fail('wrong_type', `${path} holds something that is no value`);
      const fit = closeness(candidate.locale, run.scope.locale, 3) * closeness(candidate.channel, run.scope.channel, 2);
      if (fit > bestFit) [best, bestFit] = [candidate, fit];
    }
    return best === undefined ? undefined : take(best, path, false, run);
  };
}

/** 0: does not fit; 1: holds for all; more: meant for exactly this. */
function closeness(of: unknown, wanted: string | null, exact: number): number {
  if (of === null || of === undefined) return 1;
  return of === wanted ? exact : 0;
}

function candidatesOf(code: string, path: string, run: Run): readonly unknown[] | undefined {
  const values: unknown = run.record.values;
  if (values === null || typeof values !== 'object' || !Object.hasOwn(values, code)) return undefined;
  const found = (values as Readonly<Record<string, unknown>>)[code];
  return Array.isArray(found) ? found : run.fail('wrong_type', `${path} is no list of values`);
}

function isCandidate(value: unknown): value is Candidate {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function take(candidate: Candidate, path: string, isPrice: boolean, run: Run): JsonValue | undefined {
  run.labels = isCandidate(candidate.labels) ? (candidate.labels as OptionLabels) : undefined;
  const data = admit(candidate.data, run, path);
  return isPrice && data !== undefined ? priceIn(data, path, run) : data;
}

/** The amount in the scope's currency, from `[{ amount, currency }]`. */
function priceIn(prices: JsonValue, path: string, run: Run): number | undefined {
  if (!Array.isArray(prices)) return run.fail('wrong_type', `${path} is no list of prices`);
  for (const price of prices) {
    if (price === null || typeof price !== 'object' || Array.isArray(price))
      return run.fail('wrong_type', `${path} holds something that is no price`);
    if (price.currency !== run.scope.currency) continue;
    if (price.amount === null || price.amount === undefined) return undefined;
    return parseNumber(price.amount) ?? run.fail('not_a_number', `${path} has an amount that is no number`);
  }
  return undefined;
}
