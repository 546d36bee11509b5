import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { repositoryRoot } from '../../test/kit/stand-in/index.js';

/** The real mapping of the whole catalogue, pointed at other connections. */
export async function mappingsFor(connections: Readonly<Record<string, object>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-mappings-'));
  await cp(join(repositoryRoot(), 'mappings/akeneo-to-magento'), folder, { recursive: true });
  await writeFile(join(folder, 'connections.yaml'), stringify({ connections }));
  return folder;
}
