import type { SourceVersion } from '../../contract/index.js';
import type { Entity, TimeColumn } from './entity.js';
import { instantsOf } from './local-time.js';

const dayMs = 86_400_000;
/** Times are often written in whole seconds; two of them pass before a time counts as closed (rule 2). */
const closedAfterMs = 2_000;

/** The version of a row: its number, or the time of its last edit, as the database prints them. */
export function versionOf(entity: Entity, modified: string | null, version: string | null, readFrom: number): SourceVersion | null {
  if (entity.version !== null) return version === null ? null : { id: version, order: wholeOrder(version), closed: true };
  if (entity.modified === null || modified === null) return null;
  return timeVersion(entity.modified, modified, readFrom);
}

function wholeOrder(text: string): number | null {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

function timeVersion(column: TimeColumn, text: string, readFrom: number): SourceVersion {
  const instants = instantsIn(column, text);
  const latest = instants.at(-1);
  // Infinity, a zero date, years before Christ: a version like any other, without an order.
  if (latest === undefined) return { id: text, order: null, closed: true };
  const lasts = closedAfterMs + (column.kind === 'date' ? dayMs : 0);
  // One that lies days ahead is no clock that is fast, but somebody's fancy: it would be news at every look.
  const closed = readFrom - latest >= lasts || latest - readFrom > dayMs;
  // An hour that comes twice has no order in itself: what is later may look earlier.
  return { id: text, order: instants.length === 1 ? latest : null, closed };
}

/** When a printed time may have been, in whole milliseconds, the earliest first. */
function instantsIn({ zone }: TimeColumn, text: string): readonly number[] {
  const read = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(\.\d{1,6})?(?:\+00)?)?$/.exec(text);
  const wall = read === null ? NaN : Date.parse(`${read[1]}T${read[2] ?? '00:00:00'}Z`) + Number(`${read[3] ?? '.'}000`.slice(1, 4));
  if (Number.isNaN(wall)) return [];
  if (zone === null) return [wall];
  const found = instantsOf(zone, wall);
  // In an hour that was left out no clock has shown this; somebody wrote it all the same.
  return found.length > 0 ? found : [wall];
}
