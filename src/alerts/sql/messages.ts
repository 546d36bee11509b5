import type { Sql } from '../../database/sql.js';
import type { MessageContent, MessageKind } from '../message.js';
import { incidentContent } from './incident-content.js';

/** A message that is to be sent now, by us. */
export interface TakenMessage {
  readonly id: number;
  /** The same for every try: a receiver knows it again. */
  readonly key: string;
  readonly kind: MessageKind;
  readonly channel: string;
  readonly insteadOf: string | null;
  readonly content: MessageContent;
  /** What it tells of is over by now; null: it tells of nothing that could be. */
  readonly isOver: boolean | null;
  /** The fence of this try. */
  readonly attempts: number;
  /** Since it was written, milliseconds. */
  readonly ageMs: number;
}

/** How long a try may take before somebody else takes the message. */
const leaseMs = 60_000;

/**
 * Takes the next message of a channel, and the channel for `gapMs`: over all processes no more than one leaves in that time, and
 * none before the channel's `next_at`. What is told of an incident that is open is what is so now. Whoever dies with it in hand
 * leaves it to the next after a minute: if it had left by then it comes twice.
 */
export async function takeMessage(sql: Sql, channel: string, gapMs: number): Promise<TakenMessage | null> {
  const [row] = await sql.query<TakenMessage>(
    `WITH turn AS (
       INSERT INTO alert_channel AS c (channel, next_at)
       SELECT $1, now() + $2::float8 * interval '1 ms' WHERE EXISTS (
         SELECT 1 FROM alert_message m WHERE m.channel = $1 AND m.state = 'due' AND m.due_at <= now() AND (m.leased_until IS NULL OR m.leased_until < now()))
       ON CONFLICT (channel) DO UPDATE SET next_at = excluded.next_at WHERE c.next_at <= now()
       RETURNING 1
     ),
     taken AS (
       UPDATE alert_message t SET attempts = t.attempts + 1, leased_until = now() + $3::float8 * interval '1 ms'
       WHERE EXISTS (SELECT 1 FROM turn) AND t.id = (
         SELECT m.id FROM alert_message m
         WHERE m.channel = $1 AND m.state = 'due' AND m.due_at <= now() AND (m.leased_until IS NULL OR m.leased_until < now())
         ORDER BY m.id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING t.*
     )
     SELECT t.id, t.key, t.kind, t.channel, t.instead_of AS "insteadOf", t.attempts, i.state = 'closed' AS "isOver",
            (extract(epoch FROM now() - t.created_at) * 1000)::float8 AS "ageMs",
            CASE WHEN i.state = 'open' THEN ${incidentContent('i')} ELSE t.content END AS content
     FROM taken t LEFT JOIN incident i ON i.id = t.incident`,
    [channel, gapMs, leaseMs],
  );
  return row ?? null;
}

/** It is no longer true, and is not sent: that it is over is a message of its own. */
export async function dropMessage(sql: Sql, { id, attempts }: TakenMessage): Promise<void> {
  await sql.query(`UPDATE alert_message SET state = 'dropped', leased_until = NULL WHERE id = $1 AND attempts = $2 AND state = 'due'`, [
    id,
    attempts,
  ]);
}

/** The channel has it. */
export async function messageSent(sql: Sql, { id, attempts, channel }: TakenMessage): Promise<void> {
  await sql.query(
    `WITH sent AS (
       UPDATE alert_message SET state = 'sent', sent_at = now(), leased_until = NULL, error = NULL WHERE id = $1 AND attempts = $2 AND state = 'due' RETURNING 1
     )
     UPDATE alert_channel SET failures = 0, last_error = NULL, sent = sent + 1 WHERE channel = $3 AND EXISTS (SELECT 1 FROM sent)`,
    [id, attempts, channel],
  );
}

export interface NotSent {
  readonly reason: string;
  /** When this message may be tried again, milliseconds; null: never. */
  readonly againMs: number | null;
  /** The channel takes nothing for so long. */
  readonly restMs: number;
  /** It counts as a failure of the channel. */
  readonly channelFailed: boolean;
  /** The channel that gets it now as well. */
  readonly fallback: string | null;
}

/** The channel did not take it: when it is tried again, and who gets it in its place, in one statement. */
export async function messageNotSent(
  sql: Sql,
  message: TakenMessage,
  { reason, againMs, restMs, channelFailed, fallback }: NotSent,
): Promise<void> {
  await sql.query(
    `WITH back AS (
       UPDATE alert_message SET state = CASE WHEN $4::float8 IS NULL THEN 'failed' ELSE 'due' END, leased_until = NULL, error = $3,
         due_at = now() + coalesce($4::float8, 0) * interval '1 ms'
       WHERE id = $1 AND attempts = $2 AND state = 'due' RETURNING *
     ),
     stand_in AS (
       INSERT INTO alert_message (key, incident, kind, channel, instead_of, content)
       SELECT format('%s > %s', b.key, $5::text), b.incident, b.kind, $5::text, b.channel, b.content FROM back b WHERE $5::text IS NOT NULL
       ON CONFLICT (key) DO NOTHING
     )
     UPDATE alert_channel SET failures = failures + $7::int, failed = failed + 1, last_error = $3,
       next_at = greatest(next_at, now() + $6::float8 * interval '1 ms')
     WHERE channel = $8 AND EXISTS (SELECT 1 FROM back)`,
    [message.id, message.attempts, reason.slice(0, 1_000), againMs, fallback, restMs, channelFailed ? 1 : 0, message.channel],
  );
}

/** How often in a row the channel did not take what it was sent. */
export async function failuresOf(sql: Sql, channel: string): Promise<number> {
  const [row] = await sql.query<{ failures: number }>('SELECT failures FROM alert_channel WHERE channel = $1', [channel]);
  return row?.failures ?? 0;
}

/** A message that belongs to no incident, once for its key. Answers whether it is new. */
export async function writeMessages(
  sql: Sql,
  messages: readonly { readonly key: string; readonly kind: MessageKind; readonly channel: string; readonly content: MessageContent }[],
): Promise<number> {
  const rows = await sql.query(
    `INSERT INTO alert_message (key, kind, channel, content)
     SELECT m.key, m.kind, m.channel, m.content FROM jsonb_to_recordset($1::jsonb) AS m (key text, kind text, channel text, content jsonb)
     ON CONFLICT (key) DO NOTHING RETURNING 1`,
    [JSON.stringify(messages)],
  );
  return rows.length;
}
