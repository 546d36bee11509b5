import type { Blackout, Prerequisite, Timing } from '../model/timing.js';
import type { PipelineData } from './pipeline-schema.js';
import { allDays } from './schedule-schema.js';

type Told = NonNullable<PipelineData['sweep']>;

const waitMs = 60 * 60_000;

/** When it is due, of what `checkSchedules` has nothing against. */
export function timingOf({ every, at, timezone, jitter }: Told): Timing {
  const jitterMs = jitter ?? 0;
  return at === undefined ? { everyMs: every ?? 0, jitterMs } : { at, timezone: timezone ?? null, jitterMs };
}

export function blackoutsOf({ blackout = [] }: PipelineData): Blackout[] {
  return blackout.map(({ days = allDays, timezone = null, ...rest }) => ({ ...rest, days, timezone }));
}

/** What a file names under `dependsOn`, in its order. */
export function prerequisitesOf({ dependsOn = [] }: PipelineData): Prerequisite[] {
  return dependsOn.map((one) =>
    typeof one === 'string' ? { pipeline: one, atMostMs: waitMs } : { pipeline: one.pipeline, atMostMs: one.atMost },
  );
}
