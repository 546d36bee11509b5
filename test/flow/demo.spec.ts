import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '../kit/stand-in/index.js';

const root = repositoryRoot();

/** As a newcomer runs it, from what was built. */
async function demo(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, 'dist/demo/main.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, out, err };
}

describe('npm run demo', () => {
  it('brings the bundled catalogue over, follows its changes, and ends with 0 because shop and PIM agree', async () => {
    const { code, out } = await demo('--json');
    const result = JSON.parse(out) as {
      passes: { name: string; runs: { counts: { settled: number; removed: number } }[] }[];
      changes: { kind: string; sent: unknown[] }[];
      agreement: { products: number; values: number; differences: string[] };
      problems: string[];
    };
    expect([code, result.agreement.differences, result.problems]).toEqual([0, [], []]);
    expect(result.agreement.products).toBeGreaterThan(150);
    const kinds = result.changes.map(({ kind }) => kind);
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect([count('changed'), count('disabled'), count('added'), count('deleted')]).toEqual([25, 2, 4, 3]);
    expect(result.changes.filter(({ sent }) => sent.length === 0)).toEqual([]);
    const done = (name: string) => result.passes.find((pass) => pass.name === name)?.runs.at(-1)?.counts;
    expect([done('delta')?.removed, done('sweep')?.removed]).toEqual([2, 3]);
    // Beside these, who linked to a disabled product leaves that link out.
    expect(done('delta')?.settled).toBeGreaterThanOrEqual(29);
    expect(done('delta')?.settled).toBeLessThan(35);
  }, 60_000);

  it('says what is wrong with a folder that is no catalogue', async () => {
    const { code, err } = await demo('--catalog', join(root, 'docs'));
    expect(code).toBe(1);
    expect(err).toContain('products.csv, product_models.csv, attributes.csv missing');
  });
});
