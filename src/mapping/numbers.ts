import type { JsonValue } from '../model/json.js';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** A finite number, or a text that is a plain decimal one ("12.50"); null for everything else. */
export function parseNumber(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (!decimal.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Rounds half away from zero on the decimal digits as written: 1.005 to two places is 1.01, not 1.00. */
export function roundTo(value: number, decimals: number): number {
  const text = String(Math.abs(value));
  if (text.includes('e')) return Number(value.toFixed(decimals));
  const rounded = Number(`${Math.round(Number(`${text}e${decimals}`))}e-${decimals}`);
  return value < 0 && rounded !== 0 ? -rounded : rounded;
}
