import type { Argument, Command, Option } from 'commander';

/** Names that stand in files. */
export interface KnownNames {
  readonly pipelines: readonly string[];
  readonly connections: readonly string[];
}

/** Where the last of the words stands: which command it belongs to, and whether it is the value of an option. */
interface Place {
  readonly command: Command;
  /** Words of the command itself before it. */
  readonly given: number;
  readonly valueOf: Option | null;
}

/** What may stand in the place of the last word, as the program's own definition has it. Pure. */
export function candidates(program: Command, words: readonly string[], names: KnownNames): string[] {
  const begun = words.at(-1) ?? '';
  const { command, given, valueOf } = placeOf(program, words.slice(0, -1));
  const all = valueOf
    ? values(valueOf, valueOf.long?.replace(/^--/, '') ?? '', names)
    : begun.startsWith('-')
      ? optionsOf(command)
      : [...(given === 0 ? commandsOf(command) : []), ...argumentsAt(command, given, names)];
  return [...new Set(all)].filter((one) => one.startsWith(begun)).sort();
}

function placeOf(program: Command, before: readonly string[]): Place {
  let place: Place = { command: program, given: 0, valueOf: null };
  for (const word of before) {
    const { command, given, valueOf } = place;
    if (valueOf !== null) place = { command, given, valueOf: null };
    else if (word.startsWith('-')) place = { command, given, valueOf: takesValue(command, word) };
    else {
      const below = given === 0 ? command.commands.find((one) => one.name() === word || one.aliases().includes(word)) : undefined;
      place = below ? { command: below, given: 0, valueOf: null } : { command, given: given + 1, valueOf: null };
    }
  }
  return place;
}

function takesValue(command: Command, word: string): Option | null {
  const option = command.options.find(({ long, short }) => long === word || short === word);
  return option && (option.required || option.optional) ? option : null;
}

function optionsOf(command: Command): string[] {
  return [...command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []), '--help'];
}

function commandsOf(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());
}

function argumentsAt(command: Command, given: number, names: KnownNames): readonly string[] {
  const all = command.registeredArguments;
  const last = all.at(-1);
  const argument = all[given] ?? (last?.variadic ? last : undefined);
  return argument ? values(argument, argument.name(), names) : [];
}

function values(
  { argChoices }: Pick<Option | Argument, 'argChoices'>,
  name: string,
  { pipelines, connections }: KnownNames,
): readonly string[] {
  if (argChoices) return argChoices;
  if (name === 'pipeline') return pipelines;
  return name.startsWith('connection') ? connections : [];
}
