import { defineSource } from '../../contract/index.js';
import { dropFolderConfig } from './config.js';
import { DropFolderSource } from './drop-folder-source.js';

/**
 * Files that somebody drops into a folder: CSV, JSON Lines or XML. Not named `file`: that is a target whose
 * configuration has nothing in common with this one, and a connector has one schema.
 */
export const dropFolder = defineSource({
  id: 'drop-folder',
  title: 'Drop folder (CSV, JSON Lines, XML)',
  config: dropFolderConfig,
  entities: [],
  entitiesOf: ({ entities }) => Object.keys(entities),
  strategies: () => ['changes'],
  limits: { maxKeys: 500, concurrency: 1 },
  open: (config, tools) => Promise.resolve(new DropFolderSource(config, tools)),
});
