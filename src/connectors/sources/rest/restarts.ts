import { Unavailable } from '../../contract/index.js';

const most = 20;

/**
 * A listing may begin again where rows moved or its place expired, not for ever: pages that always move are no way to read this
 * API, and somebody has to see it. The next run tries once more.
 */
export function oneMore(connection: string, restarts: number): number {
  if (restarts >= most) throw new Unavailable(`${connection}: a listing did not come to an end: it was begun again ${most} times`);
  return restarts + 1;
}
