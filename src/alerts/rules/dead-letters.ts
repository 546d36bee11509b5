import { z } from 'zod';
import { detailsOf, type Finding } from '../finding.js';
import { defineRule } from '../rule.js';

interface Group {
  readonly pipeline: string;
  readonly fingerprint: string | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly example: string | null;
  readonly count: number;
  readonly since: Date | null;
  readonly keys: readonly string[];
  /** Its place among the causes of its pipeline: what is told of already first, then the largest. */
  readonly place: number;
}

const groups = `
  SELECT g.*, row_number() OVER (
    PARTITION BY g.pipeline ORDER BY EXISTS (
      SELECT 1 FROM incident i WHERE i.state = 'open' AND i.fingerprint = 'dead_letters ' || g.pipeline || ' ' || coalesce(g.fingerprint, 'unknown')
    ) DESC, g.count DESC, g.fingerprint)::int AS place
  FROM (
    SELECT pipeline, error_fingerprint AS fingerprint, min(error_code) AS code, min(error_field) AS field, min(error_message) AS example,
           count(*) AS count, min(enqueued_at) AS since, (array_agg(entity_key ORDER BY enqueued_at, entity_key))[1:5] AS keys
    FROM queue_entry WHERE state = 'dead' GROUP BY pipeline, error_fingerprint
  ) g`;

/** One cause is one incident, however many entries it has; beyond a few causes of a pipeline the rest is one more. */
export const deadLetters = defineRule({
  kind: 'dead_letters',
  title: 'Entries were given up on',
  finds: 'dead entries that failed for one cause; the causes of a pipeline beyond the first few are one alert together',
  severity: 'warning',
  options: z.strictObject({
    count: z.number().int().min(1).default(10).describe('so many of one cause'),
    causes: z.number().int().min(1).max(100).default(5).describe('so many causes of a pipeline are told one by one, the rest together'),
  }),
  everyMs: 30_000,
  async find({ sql }, { count, causes }) {
    const rows = await sql.query<Group>(groups);
    const alone = rows.filter((row) => row.place <= causes && row.count >= count);
    const rest = rows.filter((row) => row.place > causes);
    const crowded = [...new Set(rest.map(({ pipeline }) => pipeline))];
    const ofRest = crowded.flatMap((name) => {
      const others = rest.filter(({ pipeline }) => pipeline === name);
      return asRest(name, others, count);
    });
    return [...alone.map(asFinding), ...ofRest];
  },
});

function asFinding({ pipeline, fingerprint, code, field, example, count, since, keys }: Group): Finding {
  const what = `${code ?? 'no reason'}${field === null ? '' : ` (${field})`}`;
  return {
    fingerprint: `dead_letters ${pipeline} ${fingerprint ?? 'unknown'}`,
    pipeline,
    connection: null,
    message: `Entries are dead of one cause, ${what}: ${example ?? 'nothing was said'}`,
    details: detailsOf({
      many: count,
      since,
      examples: keys.map((key) => ({ text: key, key })),
      next: fingerprint === null ? nextOf(pipeline) : `${nextOf(pipeline)} --fingerprint ${fingerprint}`,
    }),
  };
}

function asRest(pipeline: string, others: readonly Group[], least: number): Finding[] {
  const many = others.reduce((sum, { count }) => sum + count, 0);
  if (many < least) return [];
  const largest = others.slice(0, 5);
  return [
    {
      fingerprint: `dead_letters ${pipeline} others`,
      pipeline,
      connection: null,
      message: `Entries are dead of ${others.length} other causes`,
      details: detailsOf({
        many,
        examples: largest.map(({ count, code, example, keys }) => ({
          text: `${count} × ${code ?? 'no reason'}: ${example ?? 'nothing was said'}`,
          key: keys[0] ?? null,
        })),
        next: nextOf(pipeline),
      }),
    },
  ];
}

function nextOf(pipeline: string): string {
  return `pim2shop queue list --pipeline ${pipeline} --state dead; once the cause is mended: pim2shop queue retry --pipeline ${pipeline} --state dead`;
}
