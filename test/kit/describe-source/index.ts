export { describeSource } from './describe-source.js';
export type { PimClock, SourceHarness } from './harness.js';
