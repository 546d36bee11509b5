import { z } from 'zod';
import { listHeld } from '../../removals/sql/list-held.js';
import { detailsOf } from '../finding.js';
import { defineRule } from '../rule.js';

/** The statement that holds them opens the incident, and the one that decides on them closes it (`removals/sql/incident.ts`). */
export const removalsHeld = defineRule({
  kind: 'removals_held',
  title: 'Removals wait for a person',
  finds: 'removals that are too many to be made unasked',
  severity: 'critical',
  options: z.strictObject({}),
  everyMs: 10_000,
  toldByFlow: true,
  async find({ sql }) {
    const sets = await listHeld(sql);
    return sets.map(({ id, pipeline, reason, heldAt, expiresAt, removals, examples }) => ({
      fingerprint: `removals_held ${pipeline}`,
      pipeline,
      connection: null,
      message: `Removals are held: ${reason}`,
      details: detailsOf({
        many: removals,
        since: heldAt,
        examples: examples.map((key) => ({ text: key, key })),
        next: `until ${expiresAt.toISOString()}: pim2shop queue release ${id} --expect ${removals}, or pim2shop queue discard --held ${id}`,
      }),
    }));
  },
});
