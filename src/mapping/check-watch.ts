import { didYouMean } from './did-you-mean.js';
import { parsePath } from './path.js';
import type { PipelineData } from './pipeline-schema.js';
import { pathsAsked } from './when-schema.js';

type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

/** What is watched must be read by something: anything else is a name that was mistyped, and would silence every edit. */
export function checkWatch(data: PipelineData, report: Report): void {
  const read = pathsRead(data);
  (data.queue?.watch ?? []).forEach((path, index) => {
    const at = ['queue', 'watch', index];
    const parsed = parsePath(path);
    if (parsed === null || parsed.kind === 'key' || parsed.kind === 'document')
      report(at, `${path} cannot be watched`, 'write a plain field (identifier, categories) or values.<attribute code>');
    else if (!read.some((one) => reads(one, path)))
      report(at, `${path} is watched, and nothing in this file reads it`, didYouMean(path, namesToWatch(read)));
  });
}

function pathsRead({ fields, when }: PipelineData): string[] {
  const ofFields = Object.values(fields).flatMap(({ from, all, reads: called }) => [from ?? [], all ?? [], called ?? []].flat());
  return [...pathsAsked(when), ...ofFields].filter((path) => path !== 'key' && !path.startsWith('document.'));
}

/** What is read, and the whole field where only a part of it is. */
function namesToWatch(read: readonly string[]): string[] {
  return [...new Set(read.flatMap((path) => (path.startsWith('values.') ? [path] : [path, path.split('.')[0] ?? path])))];
}

/** Codes of attributes are compared without case. What is read of a field may be more or less than what is watched of it. */
function reads(read: string, watched: string): boolean {
  const [one, other] = [read.toLowerCase(), watched.toLowerCase()];
  if (one === 'values.*') return other.startsWith('values.');
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}
