/** Hours for which a removal stands in the budget, with the one under way. */
const hours = 24;

const thisHour = `floor(extract(epoch FROM now()) / 3600)::bigint`;

/** How many entities of pipeline $1 stand in the shop, or may. */
export const standing = `(
    SELECT count(DISTINCT entity_key) FROM mirror_document WHERE pipeline = $1 AND (in_doubt OR state = 'live' AND hash IS NOT NULL)
  )`;

/** How much of a budget's row `b` was spent in the last 24 hours. */
const spentOf = (b: string): string =>
  `(SELECT coalesce(sum(value::bigint), 0)::bigint FROM jsonb_each_text(${b}.spent) WHERE key::bigint > ${thisHour} - ${hours})`;

/**
 * What may go in 24 hours: measured against what stood in the shop before the first of them went (for a moment a little more:
 * what was granted and still stands counts twice). A handful may always go.
 */
const allowance = (live: string, spent: string): string =>
  `LEAST($2::bigint, GREATEST(${'5'}, floor((${live} + ${spent}) * $3::float8 / 100)::bigint))`;

/**
 * CTEs `live`, `reserved`: takes `count` removals from the budget of pipeline $1 ($2: at most so many in 24 hours, $3: at most
 * so much of the shop, in percent), all or none, and only if `when` holds. The row is changed under its own condition, so
 * that two who reserve at the same time are judged one after the other, by what the first left (rule 13).
 */
export function reserved(count: string, when: string): string {
  return `live AS MATERIALIZED (SELECT ${standing} AS n),
  reserved AS (
    INSERT INTO removal_budget AS b (pipeline, spent)
    SELECT $1, jsonb_build_object(${thisHour}::text, ${count}) WHERE ${when} AND ${count} <= ${allowance('(SELECT n FROM live)', '0')}
    ON CONFLICT (pipeline) DO UPDATE SET spent = (
      SELECT jsonb_object_agg(k, n) FROM (
        SELECT key AS k, sum(value::bigint) AS n
        FROM (SELECT * FROM jsonb_each_text(b.spent) WHERE key::bigint > ${thisHour} - ${hours} UNION ALL SELECT ${thisHour}::text, (${count})::text) AS all_of_it
        GROUP BY key) AS by_hour)
    WHERE ${spentOf('b')} + ${count} <= ${allowance('(SELECT n FROM live)', spentOf('b'))}
    RETURNING 1
  )`;
}

/** What is spent and what may be, for whoever is told that it was not enough. */
export const budgetState = `
  SELECT s.spent, ${allowance('l.n', 's.spent')} AS allowed
  FROM (SELECT ${standing} AS n) l,
       (SELECT coalesce((SELECT ${spentOf('b')} FROM removal_budget b WHERE b.pipeline = $1), 0) AS spent) s`;
