import type {
  Asset,
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  Fetched,
  HookRequest,
  HookVerdict,
  JsonValue,
  KeysPage,
  LinksRecords,
  Needs,
  ReadOptions,
  ReceivesEvents,
  ServesAssets,
  Source,
} from '../../contract/index.js';
import { ConnectorError, Misconfigured } from '../../contract/index.js';
import { createHttpClient, fixed, type HttpClient } from '../../http/index.js';
import { assetEntity, assetListing, assetsHave } from './asset-listing.js';
import type { Config, Entity } from './config.js';
import { downloadAsset } from './download-asset.js';
import { fetchKeys } from './fetch-keys.js';
import { listKeys } from './list-keys.js';
import { PimcoreApi } from './pimcore-api.js';
import { readChanges } from './read-changes.js';
import { beginning, type Listing, readPage } from './read-page.js';
import { receive } from './receive.js';
import { hasAll, keysSelection, recordSelection, type Selection } from './selection.js';

/** Data Hub sets no limit; each call keeps one PHP process busy. */
export const concurrency = 4;

const everything = { attributes: null, fields: [], locales: null, channels: null };
const nothing = { ...everything, attributes: [] };

/** One connection to a Pimcore, by one Data Hub configuration. */
export class PimcoreSource implements Source, ServesAssets, ReceivesEvents, LinksRecords {
  readonly #api: PimcoreApi;
  /** Another client: no key leaves for wherever assets lie. */
  readonly #files: HttpClient;

  constructor(
    private readonly config: Config,
    private readonly tools: ConnectorTools,
  ) {
    const { connection, watch, gate } = tools;
    const client = { connection, watch, gate, baseUrl: config.url, concurrency, timeoutMs: 60_000 };
    // CheckConsumerPermissionsService.php: this header, X-API-Key, or the query, which would stand in logs.
    const authorization = fixed(connection, 'the API key was', { apikey: config.apiKey });
    this.#api = new PimcoreApi(connection, config.url, config.apiKey, createHttpClient({ ...client, authorization }));
    this.#files = createHttpClient({ ...client, allowedHosts: config.assetHosts });
  }

  /** Opens it in the administration, after signing in where that is needed (AdminBundle, LoginController::deeplinkAction). */
  link(entity: string, key: string): string {
    const what = entity === assetEntity ? `asset_${key}_asset` : `object_${key}_object`;
    return `${new URL(this.config.url).origin}/admin/login/deeplink?${encodeURIComponent(what)}`;
  }

  /** Asks for one record of each entity, with all its fields: whatever the schema lacks is told here. */
  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      const found: string[] = [];
      for (const name of Object.keys(this.config.entities)) {
        const { left } = await readPage(this.#api, this.#records(name, { needs: everything, signal }), beginning, signal, 1);
        found.push(`${left} of ${name}`);
      }
      return { ok: true, detail: `answered; ${found.join(', ')}` };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { ok: false, problem: error.message, advice: 'Compare url, apiKey, version and entities with the configuration in Data Hub.' };
    }
  }

  async changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    // A feed is asked for what another entity needs as well that only uses it: then its own readers read for themselves.
    const withRecords = this.#has(entity, options.needs);
    const listing = withRecords ? this.#records(entity, options) : this.#keys(entity);
    return readChanges(this.#api, listing, cursor, { ...options, withRecords });
  }

  async keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    return listKeys(this.#api, options.withRecords ? this.#records(entity, options) : this.#keys(entity), cursor, options);
  }

  async fetch(entity: string, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
    return fetchKeys(this.#api, this.#records(entity, options), keys, options.signal);
  }

  asset(code: string, signal: AbortSignal): Promise<Asset | null> {
    return downloadAsset(this.tools.connection, this.config.url, this.#files, code, signal);
  }

  receive(request: HookRequest): HookVerdict {
    return receive(this.config, request);
  }

  close(): Promise<void> {
    this.#api.close();
    this.#files.close();
    return Promise.resolve();
  }

  #records(name: string, { needs }: ReadOptions): Listing {
    return name === assetEntity ? assetListing(needs) : this.#listing(name, recordSelection(name, this.#entity(name), needs));
  }

  #keys(name: string): Listing {
    return name === assetEntity ? assetListing(nothing) : this.#listing(name, keysSelection(this.#entity(name)));
  }

  #has(name: string, needs: Needs): boolean {
    return name === assetEntity ? assetsHave(needs) : hasAll(this.#entity(name), needs);
  }

  #listing(name: string, selection: Selection): Listing {
    const prefix = this.config.version === 10 ? 'o_' : '';
    return { entity: this.#entity(name), prefix, tellsMissing: true, selection, conditions: [] };
  }

  #entity(name: string): Entity {
    const entity = Object.hasOwn(this.config.entities, name) ? this.config.entities[name] : undefined;
    if (entity === undefined) throw new Misconfigured(`${this.tools.connection}: entities has no "${name}"`);
    return entity;
  }
}
