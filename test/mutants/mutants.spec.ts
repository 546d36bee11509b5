import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(__dirname, '../..');
const Mutant = z.strictObject({
  mutant: z.string(),
  /** Of the rules that keep a change from being lost; or `fault`, where a failure that must be survived is meant. */
  rule: z.union([z.int(), z.literal('fault')]),
  edits: z.array(z.strictObject({ file: z.string(), replace: z.string(), with: z.string() })).min(1),
  caughtBy: z.record(z.string(), z.array(z.string()).min(1)),
});

const mutants = readdirSync(__dirname)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => z.array(Mutant).parse(parse(readFileSync(join(__dirname, name), 'utf8'))));

/** Rules that owe a mutant. */
const owed = [2, 3, 4, 5, 9, 10, 11, 13, 15, 16, 18, 20];

describe('the planted mutants', () => {
  it.each(mutants)('$mutant: can still be planted, and names tests that exist', ({ edits, caughtBy }) => {
    for (const { file, replace } of edits)
      expect([file, readFileSync(join(root, file), 'utf8').split(replace).length - 1]).toEqual([file, 1]);
    for (const spec of Object.keys(caughtBy)) expect([spec, existsSync(join(root, spec))]).toEqual([spec, true]);
  });

  it('have each a name of its own, and leave no rule out that owes one', () => {
    expect(new Set(mutants.map(({ mutant }) => mutant)).size).toBe(mutants.length);
    expect(owed.filter((rule) => mutants.every((mutant) => mutant.rule !== rule))).toEqual([]);
  });
});
