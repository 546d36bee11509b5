import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markdownFiles } from '../kit/markdown/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const root = repositoryRoot();
const files = markdownFiles();
const there = (path: string): boolean => existsSync(join(root, path));

/** Folders that the program makes when it runs. */
const madeByTheProgram = /^(data|logs|dist|node_modules)\b/;
const namesInSources = new Set(
  ['src', 'test', 'demo', 'bench', 'scripts', 'examples', 'mappings', 'prisma', '.'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) => name.split('/').at(-1) ?? ''),
  ),
);

/** A path as it stands between backticks, or null: `src/queue/sql/claim.ts`, `docs/`, `sync/sync-batch.ts` below src. */
function pathIn(code: string): string | null {
  if (!/^\.?[\w-]+(\/[\w.-]+)*\/?$|^[\w./-]+\.\w+$/.test(code)) return null;
  const [first = ''] = code.split('/');
  if (code.includes('/')) return there(first) || there(join('src', first)) || /\.(ts|js|mjs|yaml|md|json|sql)$/.test(code) ? code : null;
  return /\.(ts|js|mjs|cjs|yaml|yml|md|prisma)$/.test(code) ? code : null;
}

function exists(path: string): boolean {
  if (madeByTheProgram.test(path)) return true;
  return path.includes('/') ? there(path) || there(join('src', path)) : namesInSources.has(path);
}

describe('the documentation', () => {
  it('has links that lead somewhere', () => {
    const inside = files.flatMap((file) => file.links.map((link) => ({ file, link }))).filter(({ link }) => !/^https?:/.test(link.text));
    expect(inside.length).toBeGreaterThan(10);
    const dead = inside.filter(({ file, link }) => {
      const [path = '', anchor] = link.text.split('#');
      const target = path === '' ? file.path : join(dirname(file.path), path);
      const page = files.find((one) => one.path === target);
      return !there(target) || (anchor !== undefined && !page?.anchors.includes(anchor));
    });
    expect(dead.map(({ link }) => `${link.at}: ${link.text}`)).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const named = files.flatMap((file) => file.codes).filter(({ text }) => pathIn(text) !== null);
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter(({ text }) => !exists(text)).map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
  });

  it('has a place in ARCHITECTURE.md for every folder of src and every connector', () => {
    const page = files.find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? '';
    const folders = (below: string): string[] =>
      readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    const missing = folders('src').filter((name) => !page.includes(`\`src/${name}/\``));
    const connectors = ['sources', 'targets']
      .flatMap((side) => folders(`src/connectors/${side}`))
      .filter((name) => !page.includes(`**${name}**`));
    expect([missing, connectors]).toEqual([[], []]);
  });
});
