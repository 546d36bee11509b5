import { failure, ok, warning, type Finding } from '../finding.js';

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const gigabyte = 1_000_000_000;
/** With less, PostgreSQL and the log stop within hours. */
const least = 0.2 * gigabyte;

/** Whether there is room on the disk of a folder; `mayTake`: how large what lies there may become by its settings, bytes. */
export function judgeSpace(folder: string, { freeBytes, totalBytes }: Space, mayTake = 0): Finding {
  const says = `${sizeText(freeBytes)} of ${sizeText(totalBytes)} are free where ${folder} lies`;
  const advice = 'Make room there, or move the folder to another disk.';
  if (freeBytes < least) return failure('disk', says, advice);
  if (freeBytes < mayTake) {
    return warning('disk', `${says}, and it may grow to ${sizeText(mayTake)}`, 'Make room there, or set PIM2SHOP_LOG_SIZE lower.');
  }
  return freeBytes < Math.max(gigabyte, totalBytes * 0.05) ? warning('disk', says, advice) : ok('disk', says);
}

function sizeText(bytes: number): string {
  return bytes < gigabyte ? `${Math.round(bytes / 1_000_000)} MB` : `${(bytes / gigabyte).toFixed(1)} GB`;
}
