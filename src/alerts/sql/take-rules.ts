import type { Sql } from '../../database/sql.js';
import type { JsonValue } from '../../model/json.js';

/** A rule that is to be looked at now, by us. */
export interface TakenRule {
  readonly rule: string;
  readonly memory: JsonValue;
}

/** Takes the rules whose time has come, each for one process: whoever takes one moves its time on. One whose process dies is looked at the next time. */
export async function takeRules(sql: Sql, rules: readonly { readonly rule: string; readonly everyMs: number }[]): Promise<TakenRule[]> {
  return sql.query<TakenRule>(
    `INSERT INTO alert_round AS r (rule, next_at)
     SELECT n.rule, now() + n.every * interval '1 ms' FROM jsonb_to_recordset($1::jsonb) AS n (rule text, every float8)
     WHERE NOT EXISTS (SELECT 1 FROM alert_round k WHERE k.rule = n.rule AND k.next_at > now())
     ORDER BY n.rule
     ON CONFLICT (rule) DO UPDATE SET next_at = excluded.next_at WHERE r.next_at <= now()
     RETURNING rule, memory`,
    [JSON.stringify(rules.map(({ rule, everyMs }) => ({ rule, every: everyMs })))],
  );
}

/** What the rule wants to know at its next look. */
export async function rememberForRule(sql: Sql, rule: string, memory: JsonValue): Promise<void> {
  await sql.query('UPDATE alert_round SET memory = $2::jsonb WHERE rule = $1', [rule, JSON.stringify(memory)]);
}
