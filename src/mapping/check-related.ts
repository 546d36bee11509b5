import { parsePath } from './path.js';
import type { PipelineData } from './pipeline-schema.js';

type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

/** What is wrong with the paths under `related`. */
export function checkRelated({ related }: PipelineData, report: Report): void {
  related?.forEach(({ from }, index) => {
    for (const path of [from].flat()) {
      const { kind } = parsePath(path) ?? { kind: null };
      if (kind !== 'field' && kind !== 'value')
        report(
          ['related', index, 'from'],
          `${path} holds no keys of the source`,
          'write a plain field (categories, family) or values.<attribute code>',
        );
    }
  });
}
