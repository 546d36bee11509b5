import type { AnyRule } from '../rule.js';
import { afterCallFailed } from './after-call-failed.js';
import { connectionDown } from './connection-down.js';
import { connectionUnauthorized } from './connection-unauthorized.js';
import { deadLetters } from './dead-letters.js';
import { disk } from './disk.js';
import { errorRate } from './error-rate.js';
import { lag } from './lag.js';
import { noChanges } from './no-changes.js';
import { noSuccess } from './no-success.js';
import { passOutlasts } from './pass-outlasts.js';
import { pausedForLong } from './paused-for-long.js';
import { queueGrowing } from './queue-growing.js';
import { removalsHeld } from './removals-held.js';
import { runFailed } from './run-failed.js';
import { scheduleSkipped } from './schedule-skipped.js';

/** Every rule. Adding one is a file beside this one, a line here, and `npm run schemas`. */
export const rules: readonly AnyRule[] = [
  runFailed,
  afterCallFailed,
  deadLetters,
  connectionUnauthorized,
  connectionDown,
  pausedForLong,
  errorRate,
  removalsHeld,
  lag,
  noSuccess,
  noChanges,
  queueGrowing,
  disk,
  scheduleSkipped,
  passOutlasts,
];
