import type { JsonObject, OpenTarget, Outcome, TargetItem, WriteCall } from '../../../src/connectors/contract/index.js';
import { oneEach } from '../../../src/transfer/transfer.js';
import { Turns } from '../../../src/transfer/turns.js';

const turns = new Turns();

/** A product for the base store of which nothing is known, unless `more` says otherwise. */
export function targetItem(key: string, fields: JsonObject, more: Partial<TargetItem> = {}): TargetItem {
  return {
    key,
    operation: 'write',
    resource: 'product',
    store: 'all',
    fields,
    previous: null,
    lastKnown: null,
    cleared: [],
    owned: Object.keys(fields),
    targetId: null,
    address: null,
    inherits: false,
    sendNumber: 1,
    ...more,
  };
}

/** A call for which nothing else stands in the shop, and the source has no files. */
export function writeCall(more: Partial<WriteCall> = {}): WriteCall {
  return {
    signal: new AbortController().signal,
    resolve: () => undefined,
    alone: (names, work) => turns.alone(names, work),
    managed: () => Promise.resolve(new Set<string>()),
    asset: () => Promise.resolve(null),
    ...more,
  };
}

/** What the engine makes of an answer: one outcome an item, unknown where the target threw or left it out. */
export async function outcomesOf(target: OpenTarget, items: readonly TargetItem[], call: WriteCall): Promise<Outcome[]> {
  const keys = items.map(({ key }) => key);
  try {
    return oneEach(keys, await target.write(items, call));
  } catch (error) {
    return keys.map((key) => ({ kind: 'unknown', key, code: 'thrown', message: String(error) }));
  }
}
