const steps = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** A span of time as people say it: "2 d 3 h", "41 min", "less than a minute". */
export function spanText(ms: number): string {
  const parts: string[] = [];
  let left = ms;
  for (const [size, unit] of steps) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? 'less than a minute' : parts.join(' ');
}
