import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveMappingsDir } from './resolve-mappings-dir.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'pim2shop-cwd-'));
});
afterEach(() => rm(cwd, { recursive: true }));

async function folder(path: string): Promise<void> {
  await mkdir(join(cwd, path), { recursive: true });
  await writeFile(join(cwd, path, 'connections.yaml'), '');
}

describe('resolveMappingsDir', () => {
  it('takes the one named, then the variable, then ./mappings, then the only folder in it', async () => {
    await folder('mappings/one');
    expect(resolveMappingsDir(undefined, {}, cwd)).toEqual({ dir: join(cwd, 'mappings/one') });
    await folder('mappings');
    expect(resolveMappingsDir(undefined, {}, cwd)).toEqual({ dir: join(cwd, 'mappings') });
    await folder('other');
    expect(resolveMappingsDir(undefined, { PIM2SHOP_MAPPINGS: 'other' }, cwd)).toEqual({ dir: join(cwd, 'other') });
    expect(resolveMappingsDir('mappings/one', { PIM2SHOP_MAPPINGS: 'other' }, cwd)).toEqual({ dir: join(cwd, 'mappings/one') });
  });

  it('says why there is none', async () => {
    expect(resolveMappingsDir(undefined, {}, cwd)).toEqual({ problem: expect.stringContaining('There is no mappings folder') as string });
    expect(resolveMappingsDir('gone', {}, cwd)).toEqual({ problem: '--mappings names gone, which has no connections.yaml.' });
    await folder('mappings/one');
    await folder('mappings/two');
    expect(resolveMappingsDir(undefined, {}, cwd)).toEqual({ problem: expect.stringContaining('several mappings folders') as string });
  });
});
