import { Argument, type Command } from 'commander';
import { candidates } from './completion/candidates.js';
import { namesInFiles } from './completion/names-in-files.js';
import { scripts, shells, type Shell } from './completion/scripts.js';

/** `complete` is what the scripts ask, at every press of the tab key: it opens no database. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands, options, pipelines and connections')
    .addArgument(new Argument('<shell>', 'whose script').choices(shells))
    .action((shell: Shell) => {
      process.stdout.write(scripts[shell]);
    });
  program
    .command('complete [words...]', { hidden: true })
    .description('what may stand in the place of the last word')
    .action((words: readonly string[]) => {
      const named = words.lastIndexOf('--mappings', -2);
      const mappings = named < 0 ? undefined : words[named + 1];
      for (const one of candidates(program, words, namesInFiles(mappings, process.env))) process.stdout.write(`${one}\n`);
    });
}
