import { didYouMean } from './did-you-mean.js';
import type { MappingFunctions } from './functions.js';
import { parsePath, pathAdvice } from './path.js';
import { isCall, isCompleteness, type When } from './when-schema.js';

type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

/** What is wrong with `when` before the source is asked for its structure. */
export function checkWhen(when: When, functions: MappingFunctions | null, report: Report): void {
  for (const [path, asked] of Object.entries(when)) {
    if (isCall(asked)) {
      if (functions !== null && !functions.has(asked.call))
        report(['when', path, 'call'], `there is no function ${asked.call} in functions/`, didYouMean(asked.call, [...functions.keys()]));
      asked.reads?.forEach((read, index) => {
        if (parsePath(read) === null) report(['when', path, 'reads', index], `${read} is no path`, pathAdvice);
      });
    } else if (isCompleteness(asked)) {
      if (path !== 'completeness')
        report(['when', path], `${path} has no channel and locales`, 'write `completeness: { channel, locales, min }`');
    } else if (parsePath(path) === null) report(['when', path], `${path} is no path`, pathAdvice);
  }
}
