import { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { settingsSchema } from '../../src/config/settings.js';
import { entryStates } from '../../src/queue/sql/open-counts.js';
import { markdownFiles } from '../kit/markdown/index.js';

const page = markdownFiles().find(({ path }) => path === 'docs/operations.md')?.text ?? '';

/** The rows of the table below a heading, without its head; cells trimmed. */
function tableBelow(heading: string): string[][] {
  const chapter = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = chapter.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/operations.md', () => {
  it('lists every setting as the program describes it, with its default', () => {
    const shape = Object.entries(settingsSchema.shape).map(([name, schema]) => {
      const result = schema.safeParse(undefined);
      const value = result.success ? result.data : undefined;
      return [`\`${name}\``, value === undefined ? '–' : `\`${value}\``, schema.description];
    });
    expect(tableBelow('Settings')).toEqual(shape);
  });

  it('says of every state of an entry what to do', () => {
    expect(tableBelow('What `queue` shows').map(([state]) => state)).toEqual(entryStates.map((state) => `\`${state}\``));
  });

  it('shows every command, and names every option of what is run every day', () => {
    const commands = createProgram().commands.map((command: Command) => command.name());
    // What writes generated files is for developers: CONTRIBUTING.md.
    for (const name of commands.filter((one) => one !== 'schemas')) expect([name, page.includes(`pim2shop ${name}`)]).toEqual([name, true]);
    const daily = ['sync', 'queue', 'status', 'validate', 'pause', 'resume', 'debug'];
    for (const command of createProgram()
      .commands.filter((one) => daily.includes(one.name()))
      .flatMap((one) => [one, ...one.commands]))
      for (const { long } of command.options)
        expect([command.name(), long, page.includes(`${long}`)]).toEqual([command.name(), long, true]);
  });
});
