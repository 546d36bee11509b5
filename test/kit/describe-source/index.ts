export { describeHttpSource } from './describe-http-source.js';
export { describeNeeds } from './describe-needs.js';
export { describeSignIn } from './describe-sign-in.js';
export { describeSource } from './describe-source.js';
export { heapOfListing } from './heap-of-listing.js';
export type { NeedsHarness } from './describe-needs.js';
export type { PimClock, SourceHarness } from './harness.js';
export type { Breakage, Concern, HttpSourceHarness, Line, Mishap, SignInHarness } from './http-harness.js';
export { standInLine } from './stand-in-line.js';
