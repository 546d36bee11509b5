import type { Since } from './config.js';

/** A time as the API reads it, from epoch milliseconds. */
export function writeTime(time: number, as: Since): string | number {
  if (as === 'seconds') return Math.floor(time / 1000);
  if (as === 'milliseconds') return time;
  const iso = new Date(time).toISOString();
  return as === 'iso' ? iso : formatted(iso, as.format);
}

/** An ISO time as epoch milliseconds; without a zone it is UTC, not ours. NaN where it is none. */
export function readIso(text: string): number {
  const isBare = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text);
  return Date.parse(isBare ? `${text.replace(' ', 'T')}Z` : text);
}

function formatted(iso: string, format: string): string {
  const [, YYYY, MM, DD, HH, mm, ss, SSS] = /^(.+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/.exec(iso) ?? [];
  const parts: Readonly<Record<string, string | undefined>> = { YYYY, MM, DD, HH, mm, ss, SSS };
  return format.replace(/YYYY|MM|DD|HH|mm|ss|SSS/g, (part) => parts[part] ?? part);
}
