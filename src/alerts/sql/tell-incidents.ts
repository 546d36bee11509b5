import type { Sql } from '../../database/sql.js';
import type { AlertsConfig } from '../alerts-config.js';
import { incidentContent, isMuted } from './incident-content.js';

export type TellOptions = Pick<AlertsConfig, 'routes' | 'repeat' | 'escalateMs'> & {
  /** The kinds that are on. */
  readonly kinds: readonly string[];
};

/** CTE `routed` of severity and channel, of the parameter. */
const routed = (parameter: string): string =>
  `routed AS (SELECT * FROM jsonb_to_recordset(${parameter}::jsonb) AS r (severity text, channel text))`;

function routesOf({ routes }: TellOptions): string {
  const { critical, warning, info } = routes;
  const rows = Object.entries({ critical, warning, info }).flatMap(([severity, channels]) =>
    channels.map((channel) => ({ severity, channel })),
  );
  return JSON.stringify(rows);
}

/**
 * Decides in one statement which open incidents are told now and writes the messages: the first time as soon as they are open, then with gaps that
 * grow. Whoever moves `notice_at` on writes the messages, so that of any number of processes one does. Where a message to the same channel still waits
 * nothing is added: that one tells what is so when it leaves.
 */
export async function tellOpen(sql: Sql, options: TellOptions): Promise<number> {
  const { after, factor, longest } = options.repeat;
  const [row] = await sql.query<{ count: number }>(
    `WITH ${routed('$1')},
     due AS (
       UPDATE incident i SET notices = i.notices + 1,
         notice_at = CASE WHEN i.acknowledged_at IS NULL THEN now() + least($3::float8 * $4::float8 ^ least(i.notices, 60), $5::float8) * interval '1 ms' END
       WHERE i.state = 'open' AND i.notice_at <= now() AND i.kind = ANY($2) AND NOT ${isMuted('i')}
       RETURNING i.*
     ),
     written AS (
       INSERT INTO alert_message (key, incident, kind, channel, content)
       SELECT format('%s notice %s %s', d.id, d.notices, r.channel), d.id, CASE WHEN d.notices = 1 THEN 'opened' ELSE 'reminder' END, r.channel, ${incidentContent('d')}
       FROM due d JOIN routed r USING (severity)
       WHERE NOT EXISTS (SELECT 1 FROM alert_message w WHERE w.incident = d.id AND w.channel = r.channel AND w.state = 'due')
       ON CONFLICT (key) DO NOTHING
     )
     SELECT count(*)::int AS count FROM due`,
    [routesOf(options), options.kinds, after, factor, longest],
  );
  return row?.count ?? 0;
}

/** Warnings that were told, and that nobody acknowledged for so long, become critical and go where those go. */
export async function escalate(sql: Sql, options: TellOptions): Promise<number> {
  if (options.escalateMs === null) return 0;
  const [row] = await sql.query<{ count: number }>(
    `WITH ${routed('$1')},
     due AS (
       UPDATE incident i SET severity = 'critical', escalated_at = now(), notices = i.notices + 1, revision = i.revision + 1,
         notice_at = now() + $4::float8 * interval '1 ms'
       WHERE i.state = 'open' AND i.severity = 'warning' AND i.notices > 0 AND i.acknowledged_at IS NULL AND i.escalated_at IS NULL
         AND i.opened_at < now() - $3::float8 * interval '1 ms' AND i.kind = ANY($2) AND NOT ${isMuted('i')}
       RETURNING i.*
     ),
     written AS (
       INSERT INTO alert_message (key, incident, kind, channel, content)
       SELECT format('%s notice %s %s', d.id, d.notices, r.channel), d.id, 'escalated', r.channel, ${incidentContent('d')}
       FROM due d JOIN routed r USING (severity)
       ON CONFLICT (key) DO NOTHING
     )
     SELECT count(*)::int AS count FROM due`,
    [routesOf(options), options.kinds, options.escalateMs, options.repeat.after],
  );
  return row?.count ?? 0;
}

/**
 * Tells that incidents are over, in every channel that a message of them was meant for, stand-ins among them, and drops those that were not sent so
 * far. One that nobody was told of ends without a word.
 */
export async function tellOver(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `WITH over AS (
       UPDATE incident i SET recovery_told = true WHERE i.state = 'closed' AND NOT i.recovery_told RETURNING i.*
     ),
     dropped AS (
       UPDATE alert_message m SET state = 'dropped' FROM over o
       WHERE m.incident = o.id AND m.state = 'due' AND (m.leased_until IS NULL OR m.leased_until < now())
     ),
     written AS (
       INSERT INTO alert_message (key, incident, kind, channel, content)
       SELECT DISTINCT ON (o.id, m.channel) format('%s recovered %s', o.id, m.channel), o.id, 'recovered', m.channel, ${incidentContent('o')}
       FROM over o JOIN alert_message m ON m.incident = o.id
       ON CONFLICT (key) DO NOTHING
     )
     SELECT count(*)::int AS count FROM over`,
  );
  return row?.count ?? 0;
}
