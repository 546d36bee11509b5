import type { HearsSettled, Source } from '../../../src/connectors/contract/index.js';
import { dropFolderConfig } from '../../../src/connectors/sources/drop-folder/config.js';
import { DropFolderSource } from '../../../src/connectors/sources/drop-folder/drop-folder-source.js';
import { silentTools } from '../silent-tools.js';

/** A drop folder of products as JSON Lines, ten records a page. */
export function openProducts(folder: string): Source & HearsSettled {
  const config = dropFolderConfig.parse({
    folder,
    format: 'jsonl',
    entities: { product: { full: 'full-*.jsonl', delta: 'delta-*.jsonl', key: 'sku' } },
  });
  return new DropFolderSource(config, silentTools, { pageSize: 10, now: () => Date.now() });
}
