import { ConnectorError, Misconfigured } from '../../contract/index.js';
import type {
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  Fetched,
  JsonValue,
  KeysPage,
  LinksRecords,
  ReadOptions,
  Source,
} from '../../contract/index.js';
import type { Entity } from './config.js';
import { fetchKeys } from './fetch-keys.js';
import { listKeys } from './list-keys.js';
import { everything, readPage } from './listing.js';
import { readChanges } from './read-changes.js';
import type { RestApi } from './rest-api.js';

/** One API, read as its configuration says. */
export class RestSource implements Source, LinksRecords {
  constructor(
    private readonly api: RestApi,
    private readonly entities: Readonly<Record<string, Entity>>,
    private readonly tools: ConnectorTools,
  ) {}

  /** Imitates normal work: reads a page of each entity. */
  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      for (const entity of Object.values(this.entities)) await readPage(this.api, everything(entity), {}, null, signal);
      return { ok: true, detail: `${Object.keys(this.entities).join(', ')} can be read` };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return {
        ok: false,
        problem: error.message,
        advice: 'Compare url, auth and the requests of the connection with what a browser or curl is answered.',
      };
    }
  }

  async changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    return readChanges(this.api, this.#entity(entity), cursor, options);
  }

  async keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    return listKeys(this.api, this.#entity(entity), cursor, options);
  }

  async fetch(entity: string, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
    return fetchKeys(this.api, this.#entity(entity), keys, options);
  }

  link(entity: string, key: string): string | null {
    return this.#entity(entity).recordUrl?.replaceAll('{key}', encodeURIComponent(key)) ?? null;
  }

  close(): Promise<void> {
    this.api.close();
    return Promise.resolve();
  }

  #entity(name: string): Entity {
    const entity = Object.hasOwn(this.entities, name) ? this.entities[name] : undefined;
    if (entity === undefined) throw new Misconfigured(`${this.tools.connection}: the connection names no entity "${name}"`);
    return entity;
  }
}
