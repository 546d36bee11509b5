import type { JsonObject } from '../../contract/index.js';
import { asList, asObject } from './json.js';
import { anyOf, inLists } from './shop-api.js';
import type { ShopApi } from './shop-api.js';

export interface ShopAttribute {
  readonly id: number;
  readonly code: string;
  readonly input: string;
  readonly scope: string;
  /** Kind of the column its values are kept in. */
  readonly column: string;
  /** Label in the default scope, upper case as Magento compares them → option id. */
  readonly options: Map<string, string>;
}

/** Magento keeps the id of an option that people deleted without a word, so that ids are not believed for ever. */
const freshForMs = 600_000;

/** What the shop is made of besides its catalogue; read when it is first needed, and kept. */
export class ShopStructure {
  #stores: Promise<ReadonlyMap<string, number>> | null = null;
  #root: Promise<number> | null = null;
  #sets: Promise<AttributeSets> | null = null;
  readonly #attributes = new Map<string, ShopAttribute>();
  readonly #readAt = new Map<string, number>();

  constructor(
    private readonly api: ShopApi,
    /** Monotonic milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Store view code → id. */
  stores(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return (this.#stores ??= forgetting(
      async () => {
        const views = asList(await this.api.get('all', '/store/storeViews', signal));
        return new Map(views.map(({ code, id }) => [String(code), Number(id)]));
      },
      () => (this.#stores = null),
    ));
  }

  /** Asks once more before it says no: a store view may have been added since. */
  async hasStore(code: string, signal: AbortSignal): Promise<boolean> {
    if (code === 'all' || (await this.stores(signal)).has(code)) return true;
    this.#stores = null;
    return (await this.stores(signal)).has(code);
  }

  /** The category below which trees go: the root category of the first real store. */
  rootCategory(signal: AbortSignal): Promise<number> {
    return (this.#root ??= forgetting(
      async () => {
        const groups = asList(await this.api.get('all', '/store/storeGroups', signal));
        const roots = groups.map(({ root_category_id: root }) => Number(root)).filter((root) => root > 0);
        return roots[0] ?? 2;
      },
      () => (this.#root = null),
    ));
  }

  sets(signal: AbortSignal): Promise<AttributeSets> {
    return (this.#sets ??= forgetting(
      async () => {
        const list = await this.api.search('all', '/products/attribute-sets/sets/list', {}, signal);
        return new AttributeSets(list);
      },
      () => (this.#sets = null),
    ));
  }

  /** Asks once more before it says that there is none: somebody may have made it since. */
  async setNamed(name: string, signal: AbortSignal): Promise<number | undefined> {
    const known = (await this.sets(signal)).find(name);
    if (known !== undefined) return known;
    this.forgetSets();
    return (await this.sets(signal)).find(name);
  }

  forgetSets(): void {
    this.#sets = null;
  }

  /** Those of these attributes the shop has; one request for all that were not asked for in the last ten minutes. */
  async attributes(codes: Iterable<string>, signal: AbortSignal): Promise<ReadonlyMap<string, ShopAttribute>> {
    const oldest = this.now() - freshForMs;
    const unknown = [...new Set(codes)].filter((code) => (this.#readAt.get(code) ?? -Infinity) < oldest);
    for (const list of inLists(unknown)) await this.readAttributes(list, signal);
    return this.#attributes;
  }

  /** One that was asked for before. */
  known(code: string): ShopAttribute | undefined {
    return this.#attributes.get(code);
  }

  /** Reads them anew: somebody else may have added an option. */
  async readAttributes(codes: readonly string[], signal: AbortSignal): Promise<void> {
    for (const item of await this.api.search('all', '/products/attributes', anyOf('attribute_code', codes), signal)) {
      const attribute = attributeOf(item);
      this.#attributes.set(attribute.code, attribute);
      this.#readAt.set(attribute.code, this.now());
    }
  }
}

export class AttributeSets {
  readonly #byName: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;
  /** Where products without a family go. */
  readonly defaultId: number;

  constructor(list: readonly JsonObject[]) {
    this.#byName = new Map(list.map((set) => [String(set.attribute_set_name).toLowerCase(), Number(set.attribute_set_id)]));
    this.#names = new Map(list.map((set) => [Number(set.attribute_set_id), String(set.attribute_set_name)]));
    this.defaultId = this.#byName.get('default') ?? Math.min(...this.#byName.values());
  }

  find(name: string): number | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** As documents name it: null for the default one. */
  nameOf(id: number): string | null {
    return id === this.defaultId ? null : (this.#names.get(id) ?? null);
  }
}

function attributeOf(item: JsonObject): ShopAttribute {
  const options = asList(item.options).filter(({ value }) => value !== '' && value !== undefined);
  return {
    id: Number(item.attribute_id),
    code: String(item.attribute_code),
    input: String(item.frontend_input),
    scope: String(item.scope),
    column: String(item.backend_type),
    options: new Map(options.map((option) => [labelKey(String(asObject(option).label)), String(option.value)])),
  };
}

export function labelKey(label: string): string {
  return label.trim().toUpperCase();
}

/** A failed reading is not kept. */
function forgetting<Value>(read: () => Promise<Value>, forget: () => void): Promise<Value> {
  return read().catch((error: unknown) => {
    forget();
    throw error;
  });
}
