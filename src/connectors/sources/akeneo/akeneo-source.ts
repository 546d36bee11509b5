import type {
  Asset,
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  DescribesStructure,
  Fetched,
  JsonValue,
  KeysPage,
  ReadOptions,
  ServesAssets,
  Source,
  Structure,
} from '../../contract/index.js';
import { ConnectorError, Misconfigured } from '../../contract/index.js';
import { waitFor } from '../../http/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import { categoryEntity } from './category.js';
import type { Entity } from './entity.js';
import { fetchKeys } from './fetch-keys.js';
import { listKeys } from './list-keys.js';
import { ModelIndex } from './model-index.js';
import { productModelEntity } from './product-model.js';
import { productEntity } from './product.js';
import { readChanges } from './read-changes.js';
import { readStructure } from './read-structure.js';
import type { AkeneoStructure } from './read-structure.js';

/** One connection to an Akeneo PIM. */
export class AkeneoSource implements Source, DescribesStructure, ServesAssets {
  readonly #entities: Readonly<Record<string, Entity>>;
  #structure: Promise<AkeneoStructure> | null = null;
  /** What is read for all calls ends with the source, not with the call that came first. */
  readonly #closing = new AbortController();

  constructor(
    private readonly api: AkeneoApi,
    timeZone: string,
    private readonly tools: ConnectorTools,
  ) {
    const known = (signal: AbortSignal) => this.#known(signal);
    const models = new ModelIndex(api, timeZone, async (signal) => (await known(signal)).identifier, this.#closing.signal);
    const rooms = { timeZone, models, structure: known };
    this.#entities = { product: productEntity(rooms), 'product-model': productModelEntity(api, rooms), category: categoryEntity() };
  }

  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      const page = await this.api.list('/products-uuid', { limit: 1, with_count: true }, signal);
      return { ok: true, detail: `signed in; ${page.count ?? 'an unknown number of'} products` };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { ok: false, problem: error.message, advice: "Compare url and credentials with Akeneo's Connect › Connection settings." };
    }
  }

  changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    return readChanges(this.api, this.#entity(entity), cursor, options);
  }

  keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    return listKeys(this.api, this.#entity(entity), cursor, options);
  }

  fetch(entity: string, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
    return fetchKeys(this.api, this.#entity(entity), keys, options);
  }

  structure(signal: AbortSignal): Promise<Structure> {
    return this.#known(signal);
  }

  async asset(code: string, signal: AbortSignal): Promise<Asset | null> {
    const file = await this.api.download(code, signal);
    return file === null ? null : { ...file, filename: code.slice(code.lastIndexOf('/') + 1) };
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.api.close();
    return Promise.resolve();
  }

  #entity(name: string): Entity {
    const entity = this.#entities[name];
    if (entity === undefined) throw new Misconfigured(`${this.tools.connection}: Akeneo has no entity "${name}"`);
    return entity;
  }

  /** Read once for all who ask; a failed reading is not kept. */
  #known(signal: AbortSignal): Promise<AkeneoStructure> {
    if (this.#structure === null) {
      const flight = readStructure(this.api, this.#closing.signal);
      this.#structure = flight;
      flight.catch(() => {
        if (this.#structure === flight) this.#structure = null;
      });
    }
    return waitFor(this.#structure, signal);
  }
}
