/**
 * Times on a wall of some zone, as epoch milliseconds of a zone without offset. Daylight saving leaves out one hour of
 * the year and has another twice: a wall alone does not always tell when it was.
 */
const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a zone's walls are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', era: 'short', ...digits });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** Every instant at which the walls of the zone showed this: one, two in the hour that is repeated, none in the one left out. */
export function instantsOf(zone: string, wall: number): readonly number[] {
  const offsets = new Set([-dayMs, 0, dayMs].map((around) => offsetAt(zone, wall + around)));
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => instant + offsetAt(zone, instant) === wall)
    .sort((a, b) => a - b);
}

/** The earliest that a wall can have shown from one instant to another: clocks that are set back show less than they did. */
export function earliestWall(zone: string, from: number, to: number): number {
  // Whatever happens in a year happens in the last of many.
  const first = Math.max(from, to - 400 * dayMs);
  let least = Math.min(offsetAt(zone, from), offsetAt(zone, to));
  for (let instant = first; instant < to; instant += dayMs / 4) least = Math.min(least, offsetAt(zone, instant));
  return from + least;
}
