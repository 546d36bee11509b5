import { readFile } from 'node:fs/promises';
import { mappingReference } from './mapping-reference.js';
import { transforms } from './transforms/index.js';

describe('docs/mapping-reference.md', () => {
  it('is what the program generates now (renew it with `npm run schemas`)', async () => {
    expect(await readFile('docs/mapping-reference.md', 'utf8')).toBe(mappingReference());
  });

  it('has every transform with every example', () => {
    const text = mappingReference();
    for (const { keyword, examples } of transforms) {
      const chapter = text.split(`### \`${keyword}\`\n`)[1]?.split('\n### ')[0] ?? '';
      expect(chapter.split('\n').filter((line) => line.startsWith(`| \`{"${keyword}"`))).toHaveLength(examples.length);
    }
  });
});
