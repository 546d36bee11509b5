import { z } from 'zod';
import type { EventHint } from '../../connectors/contract/index.js';

const maxBytes = 1024 * 1024;

const Hint = z.object({
  entity: z.string().min(1),
  key: z.string().min(1),
  kind: z.enum(['created', 'updated', 'deleted']).default('updated'),
  changedFields: z.array(z.string()).optional(),
});
const Body = z.union([Hint.transform((hint) => [hint]), z.array(Hint).min(1).max(1_000)]);

export type ReadMessage = { readonly hints: readonly EventHint[] } | { readonly poison: string };

/** A message's body: `{ entity, key, kind }`, or a list of those. */
export function readMessage(content: Buffer): ReadMessage {
  if (content.length > maxBytes) return { poison: 'it is larger than 1 MB' };
  let body: unknown;
  try {
    body = JSON.parse(content.toString('utf8'));
  } catch {
    // Only the parser's own error comes here, and it would show the content.
    return { poison: 'it is no JSON' };
  }
  const read = Body.safeParse(body);
  if (!read.success) return { poison: 'it is neither { entity, key, kind } nor a list of those' };
  return {
    hints: read.data.map(({ entity, key, kind, changedFields }) => ({
      entity,
      key,
      kind,
      version: null,
      ...(changedFields ? { changedFields } : {}),
    })),
  };
}
