import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTarget, targetItem } from '../../../../test/kit/describe-target/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { file } from './index.js';

interface Line {
  readonly key: string;
  readonly document: { readonly name: string } | null;
}

describeTarget('file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pim2shop-file-'));
  const path = join(folder, 'out.jsonl');
  const key = (name: string) => `product:all:-:${name}`;
  /** The last line of a key tells what stands. */
  const lines = () =>
    new Map(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line)
        .map((line) => [line.key, line.document?.name ?? null]),
    );
  return {
    target: await file.open({ path }, silentTools),
    item: (name, text) => targetItem(key(name), { sku: name, name: text }),
    shown: (name) => lines().get(key(name)) ?? null,
    count: () => lines().size,
    takesDown: ['delete', 'disable', 'archive'],
    close: () => Promise.resolve(rmSync(folder, { recursive: true })),
  };
});
