import { z } from 'zod';
import {
  BadAnswer,
  defineTarget,
  Unavailable,
  type JsonObject,
  type Outcome,
  type RequestGate,
  type TargetItem,
  type WriteCall,
} from '../../../src/connectors/contract/index.js';
import type { ItemData, ItemError, ItemResult, StoredItem } from './item.js';
import { plainFields } from './plain-fields.js';

const errorShape = z.object({ code: z.string(), message: z.string(), field: z.string().optional() });
const resultShape = z.discriminatedUnion('status', [
  z.object({ id: z.string(), status: z.literal('ok'), created: z.boolean() }),
  z.object({ id: z.string(), status: z.literal('error'), error: errorShape }),
  z.object({ id: z.string(), status: z.literal('skipped') }),
]);
const answerShape = z.union([z.object({ results: z.array(resultShape) }), z.object({ error: errorShape })]);

/**
 * Target connector of the batch shop: one request a batch, results matched by id. A batch that is too
 * large, or refused by an error that names nobody, is halved until the guilty stand alone; writing an
 * item again is harmless here, so that needs no look-up.
 */
export const batchShop = defineTarget({
  id: 'batch-shop',
  title: 'Batch shop (test kit)',
  config: z.strictObject({ url: z.url().describe('address of the shop') }),
  resources: ['product', 'category'],
  limits: { maxItems: 500, maxBytes: 5_000_000, concurrency: 4 },
  address: (resource, fields) => (resource === 'product' && typeof fields.sku === 'string' ? fields.sku.toLowerCase() : null),
  gated: true,
  open: async ({ url }, { gate }) => ({
    check: async (signal) => {
      const answer = await request(`${url}/items?limit=1`, { signal }, gate);
      if (answer.status === 200) return { ok: true, detail: url };
      return { ok: false, problem: `the shop answers ${answer.status}`, advice: 'check the address' };
    },
    write: (items, call) => send(url, items, call, gate),
    read: async (documents, signal) => {
      // Encoded twice: once for a comma inside a key, once for the URL.
      const ids = documents.map(({ key }) => encodeURIComponent(encodeURIComponent(key))).join(',');
      const { body } = await request(`${url}/items?ids=${ids}`, { signal }, gate);
      const stored = new Map((body as { items: readonly StoredItem[] }).items.map((item) => [item.id, item]));
      return new Map(documents.map(({ key }) => [key, fieldsOf(stored.get(key))]));
    },
  }),
});

async function send(url: string, items: readonly TargetItem[], call: WriteCall, gate?: RequestGate): Promise<readonly Outcome[]> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(items, call)),
    signal: call.signal,
  };
  const answer = await request(`${url}/items/batch`, init, gate);
  if (answer.status >= 500) throw new Unavailable(`the shop answers ${answer.status}`);
  const parsed = answerShape.safeParse(answer.body);
  if (!parsed.success) throw new BadAnswer(`status ${answer.status} with a body that is no answer: ${parsed.error.message}`);
  if ('results' in parsed.data) return outcomesOf(items, parsed.data.results);
  return refused(url, items, parsed.data.error, call, gate);
}

function bodyOf(items: readonly TargetItem[], call: WriteCall): { readonly items: ItemData[]; readonly deletes: string[] } {
  return {
    items: items.filter(({ operation }) => operation !== 'delete').map((item) => itemOf(item, call)),
    deletes: items.filter(({ operation }) => operation === 'delete').map(({ key }) => key),
  };
}

function itemOf({ key, operation, fields, previous, cleared, owned, sendNumber }: TargetItem, call: WriteCall): ItemData {
  if (operation === 'disable' || operation === 'archive') return { id: key, status: `${operation}d`, version: sendNumber };
  // Where nothing is known for certain, everything of ours that is not wanted goes.
  const unset = previous === null ? owned.filter((field) => !(field in fields)) : cleared;
  return { id: key, status: 'live', set: plainFields(fields, call), unset, version: sendNumber };
}

function outcomesOf(items: readonly TargetItem[], results: readonly ItemResult[]): readonly Outcome[] {
  const resources = new Map(items.map((item) => [item.key, item]));
  return results.flatMap((result): Outcome[] => {
    if (!resources.has(result.id)) return [];
    const key = result.id;
    if (result.status === 'ok') return [{ kind: 'written', key, targetId: key, created: result.created }];
    if (result.status === 'skipped')
      return [{ kind: 'retry', key, code: 'neighbour_refused', message: 'another item of the batch was refused' }];
    return [failed(key, result.error)];
  });
}

function failed(key: string, { code, message, field }: ItemError): Outcome {
  if (code === 'busy') return { kind: 'retry', key, code, message };
  if (code === 'stale') return { kind: 'conflict', key, code, message };
  return { kind: 'rejected', key, code, message, ...(field === undefined ? {} : { field }) };
}

async function refused(
  url: string,
  items: readonly TargetItem[],
  error: ItemError,
  call: WriteCall,
  gate?: RequestGate,
): Promise<readonly Outcome[]> {
  const [first] = items;
  if (first && items.length === 1) return [failed(first.key, error)];
  const middle = Math.ceil(items.length / 2);
  const outcomes: Outcome[] = [];
  for (const half of [items.slice(0, middle), items.slice(middle)]) outcomes.push(...(await send(url, half, call, gate)));
  return outcomes;
}

function fieldsOf(item: StoredItem | undefined): JsonObject | null {
  return item && item.status === 'live' ? (item.fields as JsonObject) : null;
}

/** Throws `Unavailable` where no whole answer came, `BadAnswer` where it is not JSON. */
async function request(
  url: string,
  init: RequestInit & { readonly signal: AbortSignal },
  gate?: RequestGate,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const leave = await entered(init.signal, gate);
  try {
    return await answerOf(url, init);
  } finally {
    leave();
  }
}

async function entered(signal: AbortSignal, gate?: RequestGate): Promise<() => void> {
  try {
    return (await gate?.enter(signal)) ?? (() => undefined);
  } catch (error) {
    throw new Unavailable('stopped before the request was begun', null, { cause: error });
  }
}

async function answerOf(url: string, init: RequestInit): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(url, init).catch((error: unknown) => {
    throw new Unavailable(`no answer from the shop: ${String(error)}`, null, { cause: error });
  });
  const text = await answer.text().catch((error: unknown) => {
    throw new Unavailable('only half an answer came', null, { cause: error });
  });
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch (error) {
    throw new BadAnswer(`status ${answer.status} with a body that is no JSON`, { cause: error });
  }
}
