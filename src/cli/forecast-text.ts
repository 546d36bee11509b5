import type { Forecast } from '../sync/forecast/forecast.js';

/** How much is left of a pass, and for how long, as people say it. */
export function forecastText({ left, atLeast, perSecond, secondsLeft }: Forecast): string {
  const records = `${atLeast ? 'at least ' : ''}${left} left`;
  if (secondsLeft === null) return perSecond === 0 ? `${records}, nothing moves now` : records;
  if (secondsLeft === 0 || perSecond === null) return records;
  return `${records}, about ${spanText(secondsLeft)} at ${perSecond} a second`;
}

/** A span of time in seconds, as people say it. */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60)];
  return days > 0 ? `${days} d ${hours} h` : `${hours} h ${minutes % 60} min`;
}
