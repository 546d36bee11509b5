import { z } from 'zod';
import { BadAnswer, Unavailable, type Outcome, type TargetItem, type WriteCall } from '../../src/connectors/contract/index.js';
import { RequestFailure, type HttpAnswer, type HttpClient } from '../../src/connectors/http/index.js';
import { plain } from './plain.js';

const Saved = z.object({ id: z.string(), created: z.boolean() });
const Missing = z.object({ missing: z.string() });
const Refusal = z.object({ message: z.string(), field: z.string().optional() });

/** Writes one item and says what the shop said of it. */
export async function writeItem(client: HttpClient, item: TargetItem, call: WriteCall): Promise<Outcome> {
  try {
    return outcomeOf(item, await send(client, item, call));
  } catch (error) {
    return outcomeOfFailure(item.key, error);
  }
}

function send(client: HttpClient, item: TargetItem, call: WriteCall): Promise<HttpAnswer> {
  // The document key is the id: it never changes, so that sending twice cannot make two products.
  const path = `/products/${encodeURIComponent(item.key)}`;
  const { signal } = call;
  if (item.operation === 'delete') return client.request({ method: 'DELETE', path, signal });
  if (item.operation !== 'write') return client.request({ method: 'PUT', path, signal, body: { version: item.sendNumber, hidden: true } });
  const { fields, previous, cleared, owned } = item;
  // Where it is not known for certain what stands there, everything of ours that is not wanted goes.
  const clear = previous === null ? owned.filter((field) => !(field in fields)) : cleared;
  const set = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, plain(value, call)]));
  return client.request({ method: 'PUT', path, signal, body: { version: item.sendNumber, hidden: false, set, clear: [...clear] } });
}

function outcomeOf({ key, operation }: TargetItem, { status, body, retryAfterMs }: HttpAnswer): Outcome {
  // Gone already is as good as removed, but only where the shop names the product: a wrong address answers 404 as well.
  const gone = status === 204 || (status === 404 && Missing.safeParse(body).data?.missing === key);
  if (operation !== 'write' && gone) return { kind: 'written', key, targetId: key };
  if (status === 200) {
    const saved = Saved.safeParse(body);
    if (saved.success && saved.data.id === key) return { kind: 'written', key, targetId: key, created: saved.data.created };
    return { kind: 'unknown', key, code: 'bad_answer', message: 'the shop answered 200 and does not name the product' };
  }
  if (status === 429) return { kind: 'retry', key, code: 'throttled', message: 'too many requests', afterMs: retryAfterMs ?? 1_000 };
  if (status === 409) return { kind: 'conflict', key, code: 'stale', message: 'the shop holds a later version' };
  const refusal = Refusal.safeParse(body);
  if (status === 422 && refusal.success) return { kind: 'rejected', key, code: 'refused', ...refusal.data };
  return { kind: 'unknown', key, code: 'unavailable', message: `the shop answered ${status}` };
}

/** No whole answer: only a request that certainly never left was certainly not applied. What makes the whole shop unusable is thrown on. */
function outcomeOfFailure(key: string, error: unknown): Outcome {
  if (error instanceof BadAnswer) return { kind: 'unknown', key, code: 'bad_answer', message: error.message };
  if (!(error instanceof Unavailable)) throw error;
  const neverLeft = error.cause instanceof RequestFailure && !error.cause.sent;
  return { kind: neverLeft ? 'retry' : 'unknown', key, code: 'unavailable', message: error.message };
}
