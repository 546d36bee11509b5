import { ConnectorError, ifTold, Misconfigured } from '../../contract/index.js';
import type {
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  Fetched,
  JsonValue,
  KeysPage,
  ReadOptions,
  Source,
} from '../../contract/index.js';
import type { CouchApi } from './couch-api.js';
import { fetchKeys } from './fetch-keys.js';
import { listKeys } from './list-keys.js';
import { readChanges } from './read-changes.js';
import type { Selection } from './selection.js';

/** One database. */
export class CouchSource implements Source {
  constructor(
    private readonly api: CouchApi,
    private readonly selections: Readonly<Record<string, Selection>>,
    private readonly pageSize: number,
    private readonly tools: ConnectorTools,
  ) {}

  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      const { documents } = await this.api.info(signal);
      await this.api.range(null, 1, true, signal);
      await this.api.changes('now', 1, signal);
      const detail = `the database can be read; ${documents} documents of all kinds`;
      return { ok: true, detail, version: await ifTold(this.api.version(signal)) };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return {
        ok: false,
        problem: error.message,
        advice: 'Compare url, database and credentials with what opens the database in a browser.',
      };
    }
  }

  async changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    return readChanges(this.api, this.#selection(entity), cursor, { ...options, pageSize: this.pageSize });
  }

  async keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    return listKeys(this.api, this.#selection(entity), cursor, { ...options, pageSize: this.pageSize });
  }

  async fetch(entity: string, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
    return fetchKeys(this.api, this.#selection(entity), keys, options);
  }

  close(): Promise<void> {
    this.api.close();
    return Promise.resolve();
  }

  #selection(entity: string): Selection {
    const selection = Object.hasOwn(this.selections, entity) ? this.selections[entity] : undefined;
    if (selection === undefined) throw new Misconfigured(`${this.tools.connection}: the connection names no entity "${entity}"`);
    return selection;
  }
}
