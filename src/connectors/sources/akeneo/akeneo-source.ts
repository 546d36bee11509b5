import type {
  Asset,
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  DescribesStructure,
  Fetched,
  FindsRecords,
  JsonValue,
  KeysPage,
  LinksRecords,
  ReadOptions,
  ReceivesEvents,
  RecordFilter,
  ServesAssets,
  Source,
  Structure,
} from '../../contract/index.js';
import { ConnectorError, ifTold, Misconfigured } from '../../contract/index.js';
import { waitFor } from '../../http/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import { CategoryIndex } from './category-index.js';
import { categoryEntity } from './category.js';
import type { Entity } from './entity.js';
import { fetchKeys } from './fetch-keys.js';
import { folded } from './json.js';
import { findRecords } from './find-records.js';
import { listKeys } from './list-keys.js';
import { ModelIndex } from './model-index.js';
import { productModelEntity } from './product-model.js';
import { productEntity } from './product.js';
import { readChanges } from './read-changes.js';
import { attributeOption, family, readPrints, type Printed } from './read-prints.js';
import { readStructure } from './read-structure.js';
import type { AkeneoStructure } from './read-structure.js';
import { receive, type EventSettings } from './receive.js';
import type { LinkedType } from './updated-since.js';

export interface AkeneoSettings {
  readonly url: string;
  readonly timeZone: string;
  readonly linkedEntities?: readonly LinkedType[] | undefined;
  readonly eventSecrets?: EventSettings['secrets'] | undefined;
  readonly ignoreEventsOf?: readonly string[] | undefined;
}

/** One connection to an Akeneo PIM. */
export class AkeneoSource implements Source, FindsRecords, DescribesStructure, ServesAssets, LinksRecords, Partial<ReceivesEvents> {
  /** Only where it can be told who signed. */
  readonly receive?: ReceivesEvents['receive'];
  readonly #url: string;
  readonly #entities: Readonly<Record<string, Entity>>;
  /** What can only be told to have changed: `related` in a pipeline file. */
  readonly #printed: ReadonlyMap<string, Printed>;
  #structure: Promise<AkeneoStructure> | null = null;
  /** When its reading began, monotonic milliseconds. */
  #readAt = -Infinity;
  /** What is read for all calls ends with the source, not with the call that came first. */
  readonly #closing = new AbortController();

  constructor(
    private readonly api: AkeneoApi,
    { url, timeZone, linkedEntities = [], eventSecrets, ignoreEventsOf = [] }: AkeneoSettings,
    private readonly tools: ConnectorTools,
  ) {
    this.#url = url.replace(/\/+$/, '');
    const known = (signal: AbortSignal) => this.#known(signal);
    const models = new ModelIndex(api, timeZone, async (signal) => (await known(signal)).identifier, this.#closing.signal);
    const categories = new CategoryIndex(api, this.#closing.signal);
    const rooms = { timeZone, linked: linkedEntities, models, categories, structure: known, familyVariants: this.#withVariants.bind(this) };
    this.#entities = { product: productEntity(rooms), 'product-model': productModelEntity(api, rooms), category: categoryEntity() };
    this.#printed = new Map([
      ['family', family],
      ['attribute-option', attributeOption(known)],
    ]);
    if (eventSecrets) this.receive = (request) => receive({ secrets: eventSecrets, ignoredAuthors: ignoreEventsOf }, request);
  }

  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      const page = await this.api.list('/products-uuid', { limit: 1, with_count: true }, signal);
      const detail = `signed in; ${page.count ?? 'an unknown number of'} products`;
      return { ok: true, detail, version: await this.#version(signal) };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { ok: false, problem: error.message, advice: "Compare url and credentials with Akeneo's Connect › Connection settings." };
    }
  }

  /** Null where Akeneo does not tell: it does since 5.0, to whoever may see it. */
  async #version(signal: AbortSignal): Promise<string | null> {
    const item = (await ifTold(this.api.one('/system-information', {}, signal)))?.item;
    return typeof item?.version === 'string' ? [item.version, item.edition].filter((part) => typeof part === 'string').join(' ') : null;
  }

  changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    const printed = this.#printed.get(entity);
    if (printed) return readPrints(this.api, printed, cursor, options);
    return readChanges(this.api, this.#entity(entity), cursor, options);
  }

  keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    return listKeys(this.api, this.#entity(entity), cursor, options);
  }

  fetch(entity: string, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
    return fetchKeys(this.api, this.#entity(entity), keys, options);
  }

  filters(entity: string): readonly string[] {
    const known = this.#entities[entity];
    return known ? Object.keys(known.conditions) : [];
  }

  find(entity: string, filter: RecordFilter, cursor: JsonValue | null, options: ReadOptions): Promise<KeysPage> {
    return findRecords(this.api, this.#entity(entity), filter, cursor, options);
  }

  /** Its pages know models and categories by numbers that the API does not tell. */
  link(entity: string, key: string): string | null {
    return entity === 'product' ? `${this.#url}/#/enrich/product/${encodeURIComponent(key)}` : null;
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

  /**
   * The structure, read anew where it lacks one of these family variants: made since, it says by what variants
   * differ. What is lacking then as well is not asked for again before `since` has passed that reading.
   */
  async #withVariants(codes: readonly string[], since: number, signal: AbortSignal): Promise<AkeneoStructure> {
    const known = await this.#known(signal);
    const codesKnown = new Set(known.familyVariants.map(({ code }) => folded(code)));
    if (this.#readAt >= since || codes.every((code) => codesKnown.has(folded(code)))) return known;
    this.#structure = null;
    return this.#known(signal);
  }

  /** Read once for all who ask; a failed reading is not kept. */
  #known(signal: AbortSignal): Promise<AkeneoStructure> {
    if (this.#structure === null) {
      this.#readAt = performance.now();
      const flight = readStructure(this.api, this.#closing.signal);
      this.#structure = flight;
      flight.catch(() => {
        if (this.#structure === flight) this.#structure = null;
      });
    }
    return waitFor(this.#structure, signal);
  }
}
