import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenBy } from './chosen-options.js';

let folder: string;

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pim2shop-keys-'))));
afterEach(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'keys.txt');
  await writeFile(path, text);
  return path;
}

describe('--keys', () => {
  it('reads one key a line; blank lines, blanks around a key and repetitions do not count', async () => {
    expect(await chosenBy({ keys: await file('\uFEFFa\r\n b c \n\na\nd,e') })).toEqual({ keys: ['a', 'b c', 'd,e'] });
  });

  it.each([
    ['comma', 'sku,uuid\n"A, 1",u1\nB,u2\n'],
    ['semicolon', 'sku;uuid\n"A; 1";u1\nB;u2\n'],
    ['tab', 'sku\tuuid\nA\tu1\nB\tu2'],
  ])('reads a column of a CSV file, separated by %s', async (_name, text) => {
    expect(await chosenBy({ keys: await file(text), column: 'uuid' })).toEqual({ keys: ['u1', 'u2'] });
  });

  it('says what is wrong with the file', async () => {
    await expect(chosenBy({ keys: await file('sku,uuid\nA,u1'), column: 'uiud' })).rejects.toThrow(/no column uiud: did you mean uuid\?$/);
    await expect(chosenBy({ keys: await file('\n \n') })).rejects.toThrow(/has no keys$/);
    await expect(chosenBy({ keys: await file('a,b\n"c'), column: 'a' })).rejects.toThrow(/is no CSV file/);
    await expect(chosenBy({ keys: join(folder, 'none') })).rejects.toThrow(/cannot be read: ENOENT$/);
  });
});

describe('--filter', () => {
  it('is a name and a value, which may have an equals sign; several must all hold', async () => {
    expect(await chosenBy({ filter: ['family=shoes', 'sku=a=b'] })).toEqual({ filter: { family: 'shoes', sku: 'a=b' } });
  });

  it.each([['family'], ['=shoes'], ['family=']])('%s is none', async (written) => {
    await expect(chosenBy({ filter: [written] })).rejects.toThrow('--filter takes name=value');
  });

  it('does not take one name twice, nor --keys beside it', async () => {
    await expect(chosenBy({ filter: ['family=a', 'family=b'] })).rejects.toThrow('given twice');
    await expect(chosenBy({ filter: ['family=a'], keys: 'keys.txt' })).rejects.toThrow('leave one out');
    await expect(chosenBy({ column: 'uuid' })).rejects.toThrow('--keys');
  });
});

it('chooses nothing where neither is given', async () => expect(await chosenBy({})).toBeNull());
