import type { SeenRequest } from '../connectors/contract/index.js';

/** A request, and when its answer was here by our clock, epoch milliseconds. */
export type TimedRequest = Pick<SeenRequest, 'tookMs' | 'dateMs'> & { readonly at: number };

/**
 * How far the clock of whoever answered is ahead of ours, whole seconds; 0 where it may be the same, null where none of the
 * answers told a time. A Date header leaves out the milliseconds and was written somewhere between the request and its answer: of
 * several answers the quickest tells the most.
 */
export function clockAhead(requests: readonly TimedRequest[]): number | null {
  const told = requests.filter(({ dateMs }) => dateMs !== null).sort((a, b) => a.tookMs - b.tookMs)[0];
  if (told === undefined) return null;
  const least = (told.dateMs ?? 0) - told.at;
  const most = (told.dateMs ?? 0) + 999 - (told.at - told.tookMs);
  if (least <= 0 && most >= 0) return 0;
  return Math.round((least + most) / 2 / 1_000);
}
