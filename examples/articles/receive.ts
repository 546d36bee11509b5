import { z } from 'zod';
import type { HookRequest, HookVerdict } from '../../src/connectors/contract/index.js';
import { standardWebhooks } from '../../src/connectors/http/index.js';

/** What a webhook tells; whatever else it holds is of no interest, the article is read anew. */
const Told = z.object({ event: z.enum(['created', 'updated', 'deleted']), id: z.string().min(1) });

/** The PIM signs its webhooks by Standard Webhooks. Nothing of a body is looked at before its signature. */
export function receive(secrets: readonly string[]): (request: HookRequest) => HookVerdict {
  const check = standardWebhooks(secrets);
  return (request) => {
    const checked = check(request);
    if (checked.kind === 'forged') return checked;
    const told = Told.safeParse(parsed(request.body));
    if (!told.success) return { kind: 'malformed', reason: 'it tells of no article' };
    const { event, id } = told.data;
    // The event does not say which version: it is news in any case.
    return { kind: 'accepted', delivery: checked.delivery, events: [{ entity: 'article', key: id, kind: event, version: null }] };
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Judged by whoever asks for its shape.
    return undefined;
  }
}
