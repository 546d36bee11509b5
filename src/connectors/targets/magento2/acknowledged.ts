import { BadAnswer } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { asObject } from './json.js';

/** Magento says `true` of what it did and has nothing to show for; anything else is no answer. */
export function acknowledged(answer: JsonValue | undefined, what: string): void {
  if (answer !== true) throw new BadAnswer(`the answer to ${what} does not say that it was done`);
}

/** The id of what was saved: alone, or as part of what the answer shows. */
export function acknowledgedId(answer: JsonValue | undefined, what: string): number {
  const id = Number(typeof answer === 'string' || typeof answer === 'number' ? answer : asObject(answer).id);
  if (!Number.isSafeInteger(id) || id <= 0) throw new BadAnswer(`the answer to ${what} does not name it`);
  return id;
}
