import { z } from 'zod';
import type { JsonValue } from '../../contract/index.js';

/** A sequence: a number, or a text that means something to the server alone. */
export const Sequence = z.union([z.number(), z.string().min(1)]);
export type Sequence = z.infer<typeof Sequence>;

/** Rows are read one by one: one that somebody broke must not stop all the others. */
const Rows = z.array(z.custom<JsonValue>());

export const Info = z.object({
  update_seq: Sequence,
  doc_count: z.number(),
  uuid: z.string().optional(),
  instance_start_time: z.string().optional(),
});

export const Changes = z.object({ results: Rows, last_seq: Sequence, pending: z.number().int().min(0).optional() });

export const Documents = z.object({ rows: Rows });
