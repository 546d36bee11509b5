import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repositoryRoot } from '../stand-in/index.js';

/** Something in a markdown file, and where: `README.md:12`. */
export interface Found {
  readonly at: string;
  readonly text: string;
}

/** A block of code. `language` and `file` stand behind the opening backticks: ```ts src/main.ts */
export interface CodeBlock extends Found {
  readonly language: string;
  readonly file: string | null;
}

export interface MarkdownFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
  /** What stands between single backticks. */
  readonly codes: readonly Found[];
  /** Where links and images lead. */
  readonly links: readonly Found[];
  /** Names of its headings as links use them. */
  readonly anchors: readonly string[];
}

const madeHere = new Set(['node_modules', 'dist', 'data', 'logs', '.git']);

/** Every markdown file of the repository. */
export function markdownFiles(folder = repositoryRoot()): MarkdownFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return madeHere.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [readMarkdown(relative(repositoryRoot(), path), readFileSync(path, 'utf8'))] : [];
  });
}

export function readMarkdown(path: string, text: string): MarkdownFile {
  const blocks: CodeBlock[] = [];
  const prose: Found[] = [];
  let open: { at: string; head: string; lines: string[] } | null = null;
  text.split('\n').forEach((line, index) => {
    const at = `${path}:${index + 1}`;
    const fence = /^\s*```(.*)$/.exec(line);
    if (fence && open === null) open = { at, head: fence[1] ?? '', lines: [] };
    else if (fence && open !== null) {
      const [language = '', file] = open.head.trim().split(/\s+/);
      blocks.push({ at: open.at, text: open.lines.join('\n'), language, file: file ?? null });
      open = null;
    } else if (open !== null) open.lines.push(line);
    else prose.push({ at, text: line });
  });
  if (open !== null) throw new Error(`${path}: a block of code that does not end`);
  const inProse = (pattern: RegExp, lines = prose): Found[] =>
    lines.flatMap(({ at, text: line }) => [...line.matchAll(pattern)].map(([, found = '']) => ({ at, text: found })));
  const withoutCode = prose.map(({ at, text: line }) => ({ at, text: line.replace(/`[^`]*`/g, '') }));
  return {
    path,
    text,
    blocks,
    codes: inProse(/`([^`]+)`/g),
    links: inProse(/\]\(([^)\s]+)\)/g, withoutCode),
    anchors: inProse(/^#+ (.*)$/g).map(({ text: heading }) => anchorOf(heading)),
  };
}

/** As the usual viewers make it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-');
}
