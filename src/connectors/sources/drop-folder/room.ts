import type { ConnectorTools } from '../../contract/index.js';
import type { DropFolderConfig, EntityConfig } from './config.js';
import type { Folders } from './folders.js';

/** All that is known of one entity of a drop folder before a file is looked at. */
export interface Room {
  readonly config: DropFolderConfig;
  readonly entity: EntityConfig;
  readonly folders: Folders;
  readonly tools: ConnectorTools;
  /** Most records of a page. */
  readonly pageSize: number;
  /** Epoch milliseconds; positions are on this clock. */
  now(): number;
}
