import type { Sql } from '../../src/database/sql.js';

/** Statement → how often it ran and how long was waited for it, milliseconds. */
export type Timings = Map<string, { calls: number; ms: number }>;

/** Times every statement by its own beginning, which tells them apart well enough for a report. */
export function timedSql(sql: Sql, timings: Timings): Sql {
  return {
    async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const started = performance.now();
      try {
        return await sql.query<Row>(text, values);
      } finally {
        const name = nameOf(text);
        const timing = timings.get(name) ?? { calls: 0, ms: 0 };
        timings.set(name, { calls: timing.calls + 1, ms: timing.ms + performance.now() - started });
      }
    },
  };
}

const names = new Map<string, string>();

/** `WITH allowed …` → `allowed`; anything else by its first words. Found once for each: the report is not to cost what it reports. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const words = text.slice(0, 300).trim().split(/\s+/);
  const name = words[0] === 'WITH' ? words.slice(1, 3).join(' ') : words.slice(0, 4).join(' ');
  names.set(text, name);
  return name;
}
