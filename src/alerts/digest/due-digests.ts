import { lastTimeOf } from '../../sync/schedules/last-time-of.js';
import type { AlertsConfig } from '../alerts-config.js';

/** One that was not sent for so long, because no process ran, is left out: it would tell of another day. */
const latestMs = 6 * 3_600_000;
const dayMs = 86_400_000;

export interface DueDigest {
  readonly period: 'daily' | 'weekly';
  readonly from: Date;
  readonly to: Date;
}

/** The digests whose time has come and is not long past. Each has its time in its key, so that it is sent once. */
export function dueDigests({ at, timezone, daily, weekly }: AlertsConfig['digest'], now: Date): DueDigest[] {
  const [hour, minute] = at.split(':').map(Number);
  const wanted = [
    ...(daily ? [{ period: 'daily' as const, days: 1, on: '*' }] : []),
    ...(weekly === 'never' ? [] : [{ period: 'weekly' as const, days: 7, on: weekly }]),
  ];
  return wanted.flatMap(({ period, days, on }) => {
    const to = lastTimeOf(`${minute} ${hour} * * ${on}`, now, timezone);
    if (to === null || now.getTime() - to.getTime() > latestMs) return [];
    return [{ period, from: new Date(to.getTime() - days * dayMs), to }];
  });
}
