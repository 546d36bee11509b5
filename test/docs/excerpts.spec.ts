import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownFiles, type CodeBlock } from '../kit/markdown/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const blocks = markdownFiles().flatMap((file) => file.blocks);

/** Why a block is not what its file says; null where it is. A line `// …` stands for what was left out. */
function difference({ file, text }: CodeBlock): string | null {
  const path = join(repositoryRoot(), file ?? '');
  if (file === null || !existsSync(path)) return `there is no file ${file}`;
  let rest = readFileSync(path, 'utf8');
  for (const part of text.split(/^\s*\/\/ …$/m).map((one) => one.replace(/^\n+|\n+$/g, ''))) {
    const at = rest.indexOf(`${part}\n`);
    if (at < 0) return `${file} has no such text (any more), from "${part.split('\n')[0]}" on`;
    rest = rest.slice(at + part.length);
  }
  return null;
}

describe('code in the documentation', () => {
  it('is taken from files that are compiled and run, and says what they say', () => {
    const taken = blocks.filter(({ file }) => file !== null);
    expect(taken.length).toBeGreaterThan(10);
    expect(taken.flatMap((block) => [difference(block)].flatMap((found) => (found === null ? [] : [`${block.at}: ${found}`])))).toEqual([]);
  });

  it('names its file, or is a command, a picture or an output', () => {
    const languages = new Set(['sh', 'text', 'mermaid']);
    expect(blocks.filter(({ file, language }) => file === null && !languages.has(language)).map(({ at }) => at)).toEqual([]);
  });

  it('shows both examples whole', () => {
    const shown = new Set(blocks.map(({ file }) => file));
    for (const folder of ['articles', 'shelf', 'mapping'])
      for (const name of readdirSync(join(repositoryRoot(), 'examples', folder)))
        expect([name, shown.has(`examples/${folder}/${name}`)]).toEqual([name, true]);
  });
});
