import type { Strategy } from '../../../contract/index.js';
import type { EntityConfig } from '../config.js';
import type { ReadStrategy } from './context.js';
import { readChangeTable } from './read-change-table.js';
import { readFlag } from './read-flag.js';
import { readTimestamp } from './read-timestamp.js';
import { readVersion } from './read-version.js';

export { hasVersions } from './read-flag.js';
export type { Feed, StoredCursor } from './context.js';

export const strategies: Readonly<Record<Strategy, ReadStrategy>> = {
  timestamp: readTimestamp,
  version: readVersion,
  flag: readFlag,
  changes: readChangeTable,
};

/** What the columns allow, the best first: the one that sees deletions, the one that no clock can mislead, the rest. */
export function offered({ changes, version, modified, flag }: EntityConfig): readonly Strategy[] {
  const all: readonly (readonly [Strategy, unknown])[] = [
    ['changes', changes],
    ['version', version],
    ['timestamp', modified],
    ['flag', flag],
  ];
  return all.filter(([, configured]) => configured !== undefined).map(([strategy]) => strategy);
}
