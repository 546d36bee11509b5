import type { EventHint } from '../connectors/contract/index.js';

/** PostgreSQL's indexes take some 2,700 bytes, of which a character may be four. */
const longestKey = 500;

/** A key the queue can hold; one of another kind names no record of any source, and must not stop its neighbours. */
export function isAdmissible({ key }: EventHint): boolean {
  return key !== '' && key.length <= longestKey && !key.includes('\u0000') && !/\p{Surrogate}/u.test(key);
}
