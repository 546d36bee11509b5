import type { Change, ChangesOptions, ChangesPage, ConnectorLog } from '../../../contract/index.js';
import type { Entity } from '../entity.js';
import type { Row } from '../record.js';
import type { SqlServer } from '../server.js';

/** What every strategy reads with. */
export interface Feed {
  readonly server: SqlServer;
  readonly entity: Entity;
  /** SQL expression of the source's clock. */
  readonly clock: string;
  readonly size: number;
  readonly versionOverlap: number;
  readonly log: ConnectorLog;
}

/** The cursor as it came back from the queue: of any strategy, or null for a feed that begins. */
export interface StoredCursor {
  readonly strategy: string;
  /** The latest position that was told. */
  readonly position: number | null;
  readonly [name: string]: unknown;
}

export type ReadStrategy = (feed: Feed, cursor: StoredCursor | null, options: ChangesOptions) => Promise<ChangesPage>;

/** The source's clock, in a transaction of its own: whatever is read after it shows all that was committed before. */
export async function readClock({ server, clock }: Pick<Feed, 'server' | 'clock'>, signal: AbortSignal): Promise<number> {
  const { rows } = await server.run(signal, ({ query }) => query(`SELECT ${server.dialect.asEpoch(clock)} AS now`));
  return Number(rows[0]?.[0]);
}

export function changesOf(rows: readonly Row[], carry: boolean): readonly Change[] {
  return rows.map(({ key, record, deleted }) => ({
    key,
    kind: deleted ? 'deleted' : 'updated',
    version: record.version,
    ...(carry && !deleted ? { record } : {}),
  }));
}

/** What was told once is never taken back (rule 15). */
export function latest(position: number, told: number | null): number {
  return Math.max(position, told ?? position);
}
