import { Refusal } from '../model/refusal.js';

/** The number an option was given, from 1 on; fails in one sentence. */
export function wholeNumber(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Refusal('wrong', `${option} takes a whole number from 1 on, not "${text}"`);
  return count;
}
