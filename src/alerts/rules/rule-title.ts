import { rules } from './index.js';

/** What stands over an alert; its kind, where no rule of this version has it. */
export function ruleTitle(kind: string): string {
  return rules.find((rule) => rule.kind === kind)?.title ?? kind;
}
