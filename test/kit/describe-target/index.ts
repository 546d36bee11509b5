export { describeTarget } from './describe-target.js';
export type { Mishap, TargetHarness } from './harness.js';
export { outcomesOf, targetItem, writeCall } from './target-item.js';
