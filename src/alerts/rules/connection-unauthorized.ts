import { z } from 'zod';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';
import { readTroubles } from './connection-trouble.js';

export const connectionUnauthorized = defineRule({
  kind: 'connection_unauthorized',
  title: 'A connection is refused',
  finds: 'a PIM or a shop that refuses the credentials, or does not have what the configuration asks for',
  severity: 'critical',
  options: z.strictObject({}),
  everyMs: 10_000,
  async find({ sql }) {
    const troubles = await readTroubles(sql);
    return troubles
      .filter(({ trouble }) => trouble === 'unauthorized' || trouble === 'misconfigured')
      .map(({ connection, message, since, pipelines }) => ({
        fingerprint: `connection_unauthorized ${connection}`,
        pipeline: null,
        connection,
        message,
        details: detailsOf({
          since,
          examples: pipelines.map((text) => ({ text, key: null })),
          next: 'set the credentials in the environment and start the service again; entries are kept, and nothing is counted as tried',
        }),
      }));
  },
});
