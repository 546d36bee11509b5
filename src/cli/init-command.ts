import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { Refusal } from '../model/refusal.js';
import { askChoice } from './init/ask-choice.js';
import { firstProject } from './init/first-project.js';
import { sourceStarters } from './init/source-starters.js';
import { targetStarters } from './init/target-starters.js';
import { writeProject, type WrittenProject } from './init/write-project.js';
import { writeResult } from './write-result.js';

interface InitOptions {
  readonly source?: string;
  readonly target?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const usual = { source: 'akeneo', target: 'magento2' } as const;

/** Asks only at a terminal; elsewhere options must say it. */
export function addInitCommand(program: Command): void {
  const ids = (starters: readonly { readonly id: string }[]): string[] => starters.map(({ id }) => id);
  program
    .command('init [dir]')
    .description('write a first project: connections, one pipeline, settings, a compose file; overwrites nothing')
    .addOption(new Option('--source <connector>', 'what is read').choices(ids(sourceStarters)))
    .addOption(new Option('--target <connector>', 'what is written to').choices(ids(targetStarters)))
    .option('--yes', `ask nothing: what is not said is ${usual.source} and ${usual.target}`)
    .option('--json', 'print one JSON object: dir, written, kept')
    .action(async (dir: string | undefined, options: InitOptions) => {
      const folder = resolve(dir ?? '.');
      const source = found(sourceStarters, await chosen('source', options));
      const target = found(targetStarters, await chosen('target', options));
      const result = await writeProject(folder, firstProject({ source, target }));
      writeResult({ dir: folder, ...result }, options.json, asText);
    });
}

async function chosen(side: 'source' | 'target', options: InitOptions): Promise<string> {
  const said = options[side] ?? (options.yes ? usual[side] : undefined);
  if (said !== undefined) return said;
  const starters = side === 'source' ? sourceStarters : targetStarters;
  const titles = new Map([...sources, ...targets].map(({ id, title }) => [id, title]));
  const answers = starters.map(({ id }) => ({ id, title: titles.get(id) ?? id }));
  const text = side === 'source' ? 'Where do products come from?' : 'Where do they go?';
  // Questions go where answers to programs do not.
  const answer = process.stdin.isTTY && process.stderr.isTTY ? await askChoice({ text, answers }, process.stdin, process.stderr) : null;
  if (answer !== null) return answer;
  throw new Refusal('wrong', `say --${side} ${answers.map(({ id }) => id).join('|')}, or --yes for ${usual.source} and ${usual.target}`);
}

function found<Starter extends { readonly id: string }>(starters: readonly Starter[], id: string): Starter {
  const starter = starters.find((one) => one.id === id);
  if (starter === undefined) throw new Refusal('wrong', `there is no ${id} to begin with`);
  return starter;
}

function asText({ dir, written, kept }: WrittenProject & { readonly dir: string }): string {
  return [
    `Written to ${dir}: ${written.join(', ')}`,
    ...(kept.length > 0 ? [`Left as they were: ${kept.join(', ')}`] : []),
    'Go on with README.md: fill in .env, then `npx pim2shop doctor`.',
  ].join('\n');
}
