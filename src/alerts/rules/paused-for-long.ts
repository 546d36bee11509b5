import { z } from 'zod';
import { duration } from '../../mapping/amounts.js';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

interface Paused {
  readonly what: 'pipeline' | 'connection' | 'freeze';
  readonly name: string;
  readonly by: string | null;
  readonly since: Date;
  readonly reason: string | null;
}

const wayBack: Readonly<Record<Paused['what'], (name: string) => string>> = {
  pipeline: (name) => `pim2shop resume ${name}`,
  connection: (name) => `pim2shop resume --connection ${name}`,
  freeze: (name) => `pim2shop unfreeze ${name}`,
};

export const pausedForLong = defineRule({
  kind: 'paused_for_long',
  title: 'Something is still paused',
  finds: 'a pipeline or a connection that a person paused or froze, and nobody resumed',
  severity: 'info',
  options: z.strictObject({ for: duration.prefault('1d').describe('for so long; 1d where not said') }),
  everyMs: 300_000,
  async find({ sql }, options) {
    const rows = await sql.query<Paused>(
      `SELECT * FROM (
         SELECT 'pipeline' AS what, pipeline AS name, paused_by AS by, paused_at AS since, pause_reason AS reason FROM pipeline_state WHERE paused
         UNION ALL
         SELECT 'connection', connection, paused_by, paused_at, pause_reason FROM connection_state WHERE paused_by IS NOT NULL AND paused_until > now()
         UNION ALL
         SELECT 'freeze', connection, frozen_by, frozen_at, freeze_reason FROM connection_state WHERE frozen_at IS NOT NULL
       ) p WHERE p.since < now() - $1 * interval '1 ms'`,
      [options.for],
    );
    return rows.map(({ what, name, by, since, reason }) => ({
      fingerprint: `paused_for_long ${what} ${name}`,
      pipeline: what === 'pipeline' ? name : null,
      connection: what === 'pipeline' ? null : name,
      message: `The ${what === 'pipeline' ? what : 'connection'} ${name} was ${what === 'freeze' ? 'frozen' : 'paused'} by ${by ?? 'somebody'}${reason === null ? '' : ` (${reason})`}, and still is`,
      details: detailsOf({ since, next: wayBack[what](name) }),
    }));
  },
});
