import { roles } from '../../src/access/roles.js';
import { problemCodes } from '../../src/admin/problem/codes.js';
import { markdownFiles } from '../kit/markdown/index.js';

const page = markdownFiles().find(({ path }) => path === 'docs/api.md')?.text ?? '';
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );

describe('docs/api.md', () => {
  it('lists every code an answer may carry, with its status', () => {
    const listed = rows.filter((cells) => cells.length === 3).map(([code, status]) => [code, Number(status)]);
    expect(listed).toEqual(Object.entries(problemCodes).map(([code, { status }]) => [code, status]));
  });

  it('says what each role may', () => {
    expect(rows.filter((cells) => cells.length === 2).map(([role]) => role)).toEqual([...roles]);
  });
});
