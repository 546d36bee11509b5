import type { SourceDefinition } from '../contract/index.js';
import { akeneo } from './akeneo/index.js';
import { couchdb } from './couchdb/index.js';
import { pimcore } from './pimcore/index.js';
import { rest } from './rest/index.js';
import { dropFolder } from './drop-folder/index.js';
import { sql } from './sql/index.js';

/** Every source the program knows. Adding one is its folder and a line here. */
export const sources: readonly SourceDefinition[] = [
  akeneo as SourceDefinition,
  couchdb as SourceDefinition,
  pimcore as SourceDefinition,
  rest as SourceDefinition,
  dropFolder as SourceDefinition,
  sql as SourceDefinition,
];
