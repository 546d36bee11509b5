import type { Found, MarkdownFile } from './read-markdown.js';

/** A command that a page tells people to type. */
export interface ShownCommand extends Found {
  /** `NAME=value` in front of it or exported. */
  readonly environment: readonly string[];
  /** Words, quotes taken off; empty where only the environment is set. */
  readonly words: readonly string[];
}

const shells = new Set(['', 'sh', 'bash', 'console', 'shell']);
const beginnings = /^(npm|npx|pim2shop|docker|node|git) /;

/** Everything in blocks for a shell, and what begins like a command between backticks. */
export function shownCommands(file: MarkdownFile): ShownCommand[] {
  const inBlocks = file.blocks.filter(({ language }) => shells.has(language) && language !== '').flatMap(linesOf);
  const inProse = file.codes.filter(({ text }) => beginnings.test(text));
  return [...inBlocks, ...inProse].flatMap(({ at, text }) => parts(text).map((part) => shown(at, part)));
}

function linesOf({ at, text }: Found): Found[] {
  return text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .map((line) => ({ at, text: line }));
}

/** A line may hold several, and a remark at its end. */
function parts(line: string): string[] {
  return line
    .replace(/ # .*$/, '')
    .split(/ && | \| | ; /)
    .map((part) => part.trim());
}

function shown(at: string, text: string): ShownCommand {
  const words = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
  if (words[0] === 'export') words.shift();
  const environment: string[] = [];
  while (/^[A-Z][A-Z0-9_]*=/.test(words[0] ?? '')) environment.push((words.shift() ?? '').split('=')[0] ?? '');
  return { at, text, environment, words };
}
