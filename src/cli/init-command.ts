import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { Refusal } from '../model/refusal.js';
import { askChoices, type Question } from './init/ask-choice.js';
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
      const choice = await choose(options);
      const source = found(sourceStarters, choice.source);
      const target = found(targetStarters, choice.target);
      const result = await writeProject(folder, firstProject({ source, target }));
      writeResult({ dir: folder, ...result }, options.json, asText);
    });
}

type Side = 'source' | 'target';

/** By options; what they leave out is asked for at a terminal. */
async function choose(options: InitOptions): Promise<Readonly<Record<Side, string>>> {
  const said = (side: Side): string | undefined => options[side] ?? (options.yes ? usual[side] : undefined);
  const open = (['source', 'target'] as const).filter((side) => said(side) === undefined);
  // Questions go where answers to programs do not.
  const asked = open.length > 0 && process.stdin.isTTY && process.stderr.isTTY;
  const answers = asked ? await askChoices(open.map(questionOf), process.stdin, process.stderr) : null;
  const of = (side: Side): string => {
    const answer = said(side) ?? answers?.[open.indexOf(side)];
    if (answer !== undefined) return answer;
    const known = startersOf(side).map(({ id }) => id);
    throw new Refusal('wrong', `say --${side} ${known.join('|')}, or --yes for ${usual.source} and ${usual.target}`);
  };
  return { source: of('source'), target: of('target') };
}

function startersOf(side: Side): readonly { readonly id: string }[] {
  return side === 'source' ? sourceStarters : targetStarters;
}

function questionOf(side: Side): Question {
  const titles = new Map([...sources, ...targets].map(({ id, title }) => [id, title]));
  return {
    text: side === 'source' ? 'Where do products come from?' : 'Where do they go?',
    answers: startersOf(side).map(({ id }) => ({ id, title: titles.get(id) ?? id })),
  };
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
