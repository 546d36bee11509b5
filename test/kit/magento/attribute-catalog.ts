import type { Attribute, AttributeScope, Input, Option } from './attribute.js';
import { backendOf, inputs, usesOptions } from './attribute.js';
import { invalidValue, notFound, refused, requiredField } from './magento-error.js';
import { FIRST_ATTRIBUTE_ID, fixedOption, systemAttributes } from './system-attributes.js';
import { ADMIN } from './stores.js';

/** An attribute as a request describes it. */
export interface AttributeData {
  readonly attribute_id?: number;
  readonly attribute_code?: string;
  readonly frontend_input?: string;
  readonly scope?: string;
  readonly is_required?: boolean;
  readonly is_unique?: string;
  readonly default_frontend_label?: string;
  readonly frontend_labels?: readonly { readonly store_id?: number; readonly label?: string }[] | null;
  readonly options?: readonly OptionData[];
  readonly apply_to?: readonly string[];
  readonly [setting: string]: unknown;
}

export interface OptionData {
  readonly label?: string;
  readonly value?: string;
  readonly sort_order?: number;
  readonly is_default?: boolean;
  readonly store_labels?: readonly { readonly store_id: number; readonly label: string }[];
}

const settings =
  /^(is_(wysiwyg_enabled|html_allowed_on_front|filterable|filterable_in_search|searchable|used_in_grid|visible_in_grid|filterable_in_grid|visible_in_advanced_search|comparable|used_for_promo_rules|visible_on_front|visible)|used_for_sort_by|used_in_product_listing|position|note|default_value)$/;

/** Codes that name a method of Magento's product model (ReservedAttributeList). */
const reserved = new Set(
  'position store store_id category category_id category_ids category_collection collection options resource resource_collection media_attributes media_gallery_images website_ids link_instance product_url type_instance final_price related_products up_sell_products cross_sell_products custom_options qty identities data id attributes extension_attributes custom_attribute custom_attributes'.split(
    ' ',
  ),
);

/** Product attributes and their options. */
export class AttributeCatalog {
  readonly #byCode = new Map<string, Attribute>();
  #nextId = FIRST_ATTRIBUTE_ID;
  #nextOptionId = 4;

  constructor() {
    for (const attribute of systemAttributes()) this.#byCode.set(attribute.code, attribute);
  }

  all(): readonly Attribute[] {
    return [...this.#byCode.values()];
  }

  find(code: string): Attribute | undefined {
    return this.#byCode.get(code);
  }

  byId(id: number): Attribute | undefined {
    return this.all().find((attribute) => attribute.id === id);
  }

  /** By code, or by id where the text is a number. */
  get(code: string): Attribute {
    const attribute = this.#byCode.get(code) ?? (/^\d+$/.test(code) ? this.byId(Number(code)) : undefined);
    if (!attribute) throw notFound('The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.', code);
    return attribute;
  }

  /** A code that is there already makes it an update (Attribute\Repository::save). */
  create(data: AttributeData): Attribute {
    if (data.attribute_code && this.#byCode.has(data.attribute_code)) return this.update(data.attribute_code, data);
    const label = data.default_frontend_label || labelsOf(data).get(ADMIN);
    if (!label && !data.frontend_labels?.length) throw requiredField('frontend_label');
    if (!label) throw invalidValue('frontend_label', null);
    const code =
      data.attribute_code ||
      label
        .toLowerCase()
        .replace(/[^a-z_0-9]/g, '_')
        .slice(0, 30);
    this.#checkNew(code, data.frontend_input);
    const input = data.frontend_input as Input;
    const attribute: Attribute = {
      id: this.#nextId++,
      code,
      label,
      labels: withoutAdmin(labelsOf(data)),
      input,
      backend: backendOf(input),
      scope: (data.scope as AttributeScope | undefined) ?? 'store',
      required: data.is_required ?? false,
      unique: data.is_unique === '1',
      userDefined: true,
      editableOptions: input !== 'boolean',
      options: input === 'boolean' ? [fixedOption(1, 'Yes'), fixedOption(0, 'No')] : [],
      applyTo: data.apply_to ?? [],
      settings: settingsOf(data),
    };
    this.#byCode.set(code, attribute);
    for (const option of data.options ?? []) if (option.label?.trim()) this.#insertOption(attribute, option);
    return attribute;
  }

  /** Code, id and input never change. */
  update(code: string, data: AttributeData): Attribute {
    const attribute = this.get(code);
    attribute.label = data.default_frontend_label || labelsOf(data).get(ADMIN) || attribute.label;
    if (data.frontend_labels) {
      attribute.labels.clear();
      for (const [store, label] of withoutAdmin(labelsOf(data))) attribute.labels.set(store, label);
    }
    if (data.scope !== undefined) attribute.scope = data.scope as AttributeScope;
    if (data.is_required !== undefined) attribute.required = data.is_required;
    attribute.settings = { ...attribute.settings, ...settingsOf(data) };
    for (const option of data.options ?? []) this.#mergeOption(attribute, option);
    return attribute;
  }

  remove(code: string): void {
    const attribute = this.get(code);
    if (!attribute.userDefined) throw refused("The system attribute can't be deleted.");
    this.#byCode.delete(attribute.code);
  }

  /** `value` is ignored, the id is Magento's own (magento2#36939); labels are compared without case. */
  addOption(code: string, data: OptionData): Option {
    const attribute = this.#withOptions(code);
    const label = (data.label ?? '').trim();
    if (label === '') throw refused('The attribute option label is empty. Enter the value and try again.');
    if (attribute.options.some((option) => option.label.toUpperCase() === label.toUpperCase())) {
      throw refused('Admin store attribute option label "%1" already exists.', data.label);
    }
    return this.#insertOption(attribute, data);
  }

  updateOption(code: string, id: number, data: OptionData): void {
    const attribute = this.#withOptions(code);
    const label = (data.label ?? '').trim();
    if (label === '') throw refused('The attribute option label is empty. Enter the value and try again.');
    const option = attribute.options.find((candidate) => candidate.id === id);
    if (!option) throw refused("The '%1' attribute doesn't include an option id '%2'.", attribute.code, id);
    if (attribute.options.some((other) => other !== option && other.label.toUpperCase() === label.toUpperCase())) {
      throw refused("Admin store attribute option label '%1' already exists.", data.label);
    }
    option.label = label;
    if (data.sort_order !== undefined) option.sortOrder = data.sort_order;
    for (const { store_id, label: text } of data.store_labels ?? []) option.storeLabels.set(store_id, text);
  }

  removeOption(code: string, id: number): void {
    const attribute = this.#withOptions(code);
    if (!attribute.options.some((option) => option.id === id)) {
      throw notFound('The "%1" attribute doesn\'t include an option with "%2" ID.', attribute.code, id);
    }
    attribute.options = attribute.options.filter((option) => option.id !== id);
  }

  #withOptions(code: string): Attribute {
    const attribute = this.get(code);
    if (!usesOptions(attribute)) throw refused('The "%1" attribute doesn\'t work with options.', attribute.code);
    return attribute;
  }

  #insertOption(attribute: Attribute, data: OptionData): Option {
    const storeLabels = new Map((data.store_labels ?? []).map(({ store_id, label }) => [store_id, label]));
    const label = storeLabels.get(ADMIN) ?? (data.label ?? '').trim();
    storeLabels.delete(ADMIN);
    const option = { id: this.#nextOptionId++, label, storeLabels, sortOrder: data.sort_order ?? 0, isDefault: data.is_default ?? false };
    attribute.options.push(option);
    return option;
  }

  #mergeOption(attribute: Attribute, data: OptionData): void {
    const existing = attribute.options.find((option) => String(option.id) === data.value);
    if (!existing) {
      if (data.label?.trim()) this.#insertOption(attribute, data);
      return;
    }
    existing.label = data.label?.trim() || existing.label;
    for (const { store_id, label } of data.store_labels ?? []) existing.storeLabels.set(store_id, label);
  }

  #checkNew(code: string, input: string | undefined): void {
    if (!/^[a-zA-Z][a-zA-Z_0-9]{0,59}$/.test(code)) throw invalidValue('attribute_code', code);
    if (!(inputs as readonly (string | undefined)[]).includes(input)) throw invalidValue('frontend_input', input ?? '');
    if (reserved.has(code)) {
      throw refused("The attribute code '%1' is reserved by system. Please try another attribute code", code);
    }
  }
}

function labelsOf({ frontend_labels }: AttributeData): Map<number, string> {
  return new Map((frontend_labels ?? []).map(({ store_id, label }) => [store_id ?? ADMIN, label ?? '']));
}

function withoutAdmin(labels: Map<number, string>): Map<number, string> {
  return new Map([...labels].filter(([store, label]) => store !== ADMIN && label !== ''));
}

function settingsOf(data: AttributeData): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => settings.test(name)));
}
