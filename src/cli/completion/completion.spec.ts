import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createProgram } from '../program.js';
import { candidates } from './candidates.js';
import { scripts, shells } from './scripts.js';

const names = { pipelines: ['products-magento', 'products-file', 'categories'], connections: ['pim', 'shop'] };
const at = (...words: string[]): string[] => candidates(createProgram(), words, names);

describe('what may come next', () => {
  it.each([
    ['commands', ['re'], ['rejected', 'resume']],
    ['commands below one', ['queue', 're'], ['release', 'retry']],
    ['pipelines where one is wanted', ['sync', 'products'], ['products-file', 'products-magento']],
    ['a pipeline after options and their values', ['queue', 'list', '--limit', '5', '--pipeline', 'c'], ['categories']],
    ['connections where one is wanted', ['freeze', ''], ['pim', 'shop']],
    ['connections as the value of an option', ['pause', '--connection', 's'], ['shop']],
    ['choices as its program has them', ['runs', 'list', '--state', 'c'], ['cancelled', 'completed']],
    ['shells', ['completion', ''], ['bash', 'fish', 'zsh']],
    ['options of the command, and of no other', ['completion', '--'], ['--help']],
    ['nothing where only a person knows', ['why', ''], []],
    ['nothing after the last word a command takes', ['sync', 'categories', ''], []],
  ])('%s', (_what, words, expected) => {
    expect(at(...words)).toEqual(expected);
  });

  it('every visible command, and every option of each', () => {
    const program = createProgram();
    const visible = program
      .createHelp()
      .visibleCommands(program)
      .filter((one) => one.name() !== 'help');
    expect(at('')).toEqual(expect.arrayContaining(visible.map((one) => one.name())));
    expect(at('')).not.toContain('complete');
    for (const command of visible) {
      const options = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long);
      expect(at(command.name(), '--')).toEqual(expect.arrayContaining(options));
    }
  });
});

describe('the scripts', () => {
  let folder: string;
  let program: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pim2shop-completion-'));
    writeFileSync(
      join(folder, 'connections.yaml'),
      'connections:\n  pim: { connector: akeneo, url: "${NOBODY_SET_THIS}" }\n  a-shop: {}\n',
    );
    writeFileSync(join(folder, 'one.yaml'), 'pipeline: products-of-acme\n');
    writeFileSync(join(folder, 'broken.yaml'), 'pipeline: products-broken\nfields: { sku: [\n');
    program = join(folder, 'pim2shop');
    // A database that nobody could reach: it is not asked.
    writeFileSync(
      program,
      `#!/bin/sh\nDATABASE_URL=postgresql://127.0.0.1:1/none exec "${process.execPath}" "${resolve('dist/src/cli.js')}" "$@"\n`,
    );
    chmodSync(program, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What bash would show for these words. */
  function inBash(words: readonly string[]): { readonly shown: string[]; readonly stderr: string } {
    const script = `${scripts.bash}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pim2shop; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', program, ...words], {
      encoding: 'utf8',
      env: { ...process.env, PIM2SHOP_MAPPINGS: folder },
    });
    return { shown: stdout.split('\n').filter((line) => line !== ''), stderr };
  }

  it('completes in a real bash what the files name, whatever else is wrong with them', () => {
    expect(inBash(['sync', 'prod'])).toEqual({ shown: ['products-broken', 'products-of-acme'], stderr: '' });
    expect(inBash(['pause', '--connection', ''])).toEqual({ shown: ['a-shop', 'pim'], stderr: '' });
    expect(inBash(['sync', '--mappings', '/nowhere', ''])).toEqual({ shown: [], stderr: '' });
    expect(inBash(['sync', '--dry'])).toEqual({ shown: ['--dry-run'], stderr: '' });
  }, 60_000);

  it.each(shells.map((shell) => [shell]))('that for %s is printed, and is of that shell where it is there', (shell) => {
    const printed = spawnSync(program, ['completion', shell], { encoding: 'utf8' });
    expect([printed.status, printed.stdout]).toEqual([0, scripts[shell]]);
    const read = spawnSync(shell, ['-n'], { input: printed.stdout, encoding: 'utf8' });
    if (read.error === undefined) expect([read.status, read.stderr]).toEqual([0, '']);
    // Those that are not there: it asks the same command, with the words so far.
    expect(scripts[shell]).toMatch(/ complete -- .*2>\/dev\/null/);
  });
});
