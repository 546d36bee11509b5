import { z } from 'zod';
import { defineTarget, type Outcome, type TargetItem, type WriteCall } from '../../contract/index.js';
import { openJsonLines } from './json-lines.js';
import { asLine } from './line.js';

/** A file of JSON lines: the smallest target there is. Documents are appended; whoever reads takes the last line of a key. */
export const file = defineTarget({
  id: 'file',
  title: 'JSON Lines file',
  config: z.strictObject({ path: z.string().min(1).describe('file that documents are appended to; made if it is not there') }),
  resources: ['product', 'category'],
  limits: { maxItems: 1_000, maxBytes: 10_000_000, concurrency: 1 },
  async open({ path }) {
    const lines = await openJsonLines(path);
    return {
      check: () => Promise.resolve({ ok: true, detail: path } as const),
      write: async (items: readonly TargetItem[], call: WriteCall): Promise<Outcome[]> => {
        call.signal.throwIfAborted();
        await lines.append(items.map((item) => asLine(item, call)));
        return items.map((item): Outcome => ({ kind: 'written', key: item.key, targetId: item.key, created: item.targetId === null }));
      },
      close: () => lines.close(),
    };
  },
});
