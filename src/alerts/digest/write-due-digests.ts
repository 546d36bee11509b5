import type { Sql } from '../../database/sql.js';
import type { AlertsConfig } from '../alerts-config.js';
import { writeMessages } from '../sql/messages.js';
import { dueDigests } from './due-digests.js';
import { isDigestWritten } from './is-digest-written.js';
import { readDigest } from './read-digest.js';

/** Writes the digests that are due, once each and channel, however many processes do. Answers how many messages. */
export async function writeDueDigests(sql: Sql, { digest, routes }: Pick<AlertsConfig, 'digest' | 'routes'>, now: Date): Promise<number> {
  let written = 0;
  for (const due of dueDigests(digest, now)) {
    const key = (channel: string): string => `${due.period} ${due.to.toISOString()} ${channel}`;
    if (routes.digest.length === 0 || (await isDigestWritten(sql, routes.digest.map(key)))) continue;
    const content = await readDigest(sql, due);
    written += await writeMessages(
      sql,
      routes.digest.map((channel) => ({ key: key(channel), kind: due.period, channel, content })),
    );
  }
  return written;
}
