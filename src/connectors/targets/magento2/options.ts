import type { JsonObject, WriteCall } from '../../contract/index.js';
import { asObject } from './json.js';
import { Refused } from './refused.js';
import type { ShopApi } from './shop-api.js';
import { labelKey } from './shop-structure.js';
import type { ShopStructure } from './shop-structure.js';

/** An option as a document names it. */
export interface WantedOption {
  readonly attribute: string;
  readonly label: string;
  /** Store code → label there. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Option ids by label, each option made once: looked up first, one writer per attribute over all processes. */
export class Options {
  constructor(
    private readonly api: ShopApi,
    private readonly structure: ShopStructure,
  ) {}

  /** The id of an option; undefined where the shop has no such attribute, or one without options. */
  async idOf(wanted: WantedOption, { signal, alone }: Pick<WriteCall, 'signal' | 'alone'>): Promise<string | undefined> {
    const attribute = (await this.structure.attributes([wanted.attribute], signal)).get(wanted.attribute);
    if (!attribute || (attribute.input !== 'select' && attribute.input !== 'multiselect')) return undefined;
    const known = attribute.options.get(labelKey(wanted.label));
    if (known !== undefined) return known;
    await alone([`options of ${wanted.attribute}`], () => this.#make(wanted, signal));
    return (await this.structure.attributes([wanted.attribute], signal)).get(wanted.attribute)?.options.get(labelKey(wanted.label));
  }

  /** Reads the options of these attributes anew, and tells whether they are others than were known. */
  async haveChanged(attributes: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (attributes.length === 0) return false;
    const all = () => JSON.stringify(attributes.map((code) => [...(this.structure.known(code)?.options ?? [])]));
    const before = all();
    await this.structure.readAttributes(attributes, signal);
    return all() !== before;
  }

  async #make(wanted: WantedOption, signal: AbortSignal): Promise<void> {
    const known = async () =>
      (await this.structure.attributes([wanted.attribute], signal)).get(wanted.attribute)?.options.has(labelKey(wanted.label)) === true;
    if (await known()) return;
    await this.structure.readAttributes([wanted.attribute], signal);
    if (await known()) return;
    try {
      await this.api.send(
        'POST',
        'all',
        `/products/attributes/${wanted.attribute}/options`,
        { option: await this.#body(wanted, signal) },
        signal,
      );
    } catch (error) {
      // Made by somebody else in between, or by a request whose answer was lost: it is read below.
      if (!(error instanceof Refused) || !/already exists/i.test(error.message)) throw error;
    }
    // The answer to the creation is no id on every version (magento2#36939): what counts is what stands there.
    await this.structure.readAttributes([wanted.attribute], signal);
  }

  async #body({ label, labels }: WantedOption, signal: AbortSignal): Promise<JsonObject> {
    const stores = await this.structure.stores(signal);
    const storeLabels = Object.entries(labels).flatMap(([store, text]) => {
      const id = stores.get(store);
      return id === undefined || id === 0 ? [] : [{ store_id: id, label: text }];
    });
    // The contract asks for a value, which Magento ignores (magento2#36939).
    return { label, value: '', sort_order: 0, is_default: false, store_labels: storeLabels };
  }
}

export function wantedOption(value: JsonObject): WantedOption {
  const { attribute, label, labels } = asObject(value.$option);
  return { attribute: String(attribute), label: String(label), labels: asObject(labels) as Record<string, string> };
}
