import type { Attribute } from './attribute.js';
import type { AttributeCatalog } from './attribute-catalog.js';
import { invalidValue, noSuchEntity, notFound, refused } from './magento-error.js';

/** Id of the set every fresh shop has. */
export const DEFAULT_SET = 4;
/** Entity type of products. */
export const PRODUCT_TYPE = 4;

export interface AttributeGroup {
  readonly id: number;
  readonly name: string;
  readonly setId: number;
  /** Attribute code → sort order. */
  readonly attributes: Map<string, number>;
}

export interface AttributeSet {
  readonly id: number;
  name: string;
  sortOrder: number;
  readonly groups: AttributeGroup[];
}

const content = ['description', 'short_description'];
const images = ['image', 'small_image', 'thumbnail', 'media_gallery'];

/** Attribute sets: which attributes a product of that set has. Values of others are dropped without a word. */
export class AttributeSets {
  readonly #sets = new Map<number, AttributeSet>();
  #nextSetId = 9;
  #nextGroupId = 20;
  #nextLink = 1000;

  constructor(private readonly catalog: AttributeCatalog) {
    const codes = catalog.all().map(({ code }) => code);
    const set: AttributeSet = { id: DEFAULT_SET, name: 'Default', sortOrder: 1, groups: [] };
    set.groups.push(
      group(
        7,
        'Product Details',
        set.id,
        codes.filter((code) => !content.includes(code) && !images.includes(code)),
      ),
    );
    set.groups.push(group(13, 'Content', set.id, content), group(10, 'Images', set.id, images));
    this.#sets.set(set.id, set);
  }

  all(): readonly AttributeSet[] {
    return [...this.#sets.values()];
  }

  find(id: number): AttributeSet | undefined {
    return this.#sets.get(id);
  }

  get(id: number): AttributeSet {
    const set = this.#sets.get(id);
    if (!set) throw noSuchEntity('attributeSetId', id);
    return set;
  }

  has(setId: number, code: string): boolean {
    return this.#sets.get(setId)?.groups.some(({ attributes }) => attributes.has(code)) ?? false;
  }

  attributesOf(setId: number): readonly Attribute[] {
    const codes = this.get(setId).groups.flatMap(({ attributes }) => [...attributes.keys()]);
    return codes.flatMap((code) => this.catalog.find(code) ?? []);
  }

  /** The new set begins with the groups and attributes of the skeleton. */
  create(name: string, sortOrder: number, skeletonId: number): AttributeSet {
    if (skeletonId === 0) throw invalidValue('skeletonId', skeletonId);
    const skeleton = this.get(skeletonId);
    this.#checkName(name);
    const set: AttributeSet = { id: this.#nextSetId++, name, sortOrder, groups: [] };
    for (const { name: title, attributes } of skeleton.groups)
      set.groups.push(group(this.#nextGroupId++, title, set.id, [...attributes.keys()]));
    this.#sets.set(set.id, set);
    return set;
  }

  rename(id: number, name: string, sortOrder: number): AttributeSet {
    const set = this.get(id);
    if (name !== set.name) this.#checkName(name);
    set.name = name;
    set.sortOrder = sortOrder;
    return set;
  }

  remove(id: number): void {
    this.get(id);
    if (id === DEFAULT_SET) throw refused("The default attribute set can't be deleted.");
    this.#sets.delete(id);
  }

  addGroup(setId: number, name: string): AttributeGroup {
    const set = this.get(setId);
    const existing = set.groups.find((candidate) => candidate.name === name);
    if (existing) throw refused('Attribute group with same code already exist. Please rename "%1" group', name);
    const added = group(this.#nextGroupId++, name, setId, []);
    set.groups.push(added);
    return added;
  }

  groups(): readonly AttributeGroup[] {
    return this.all().flatMap(({ groups }) => groups);
  }

  /** Moves it where the set has it already. Answers the id of the new link. */
  assign(setId: number, groupId: number, code: string, sortOrder: number): number {
    const set = this.#sets.get(setId);
    if (!set) throw notFound('The AttributeSet with a "%1" ID doesn\'t exist. Verify the attributeSet and try again.', setId);
    const target = this.groups().find(({ id }) => id === groupId);
    if (!target) throw notFound('The group with the "%1" ID doesn\'t exist. Verify the ID and try again.', groupId);
    if (target.setId !== setId) throw refused("The attribute group doesn't belong to the attribute set.");
    const attribute = this.catalog.get(code);
    for (const { attributes } of set.groups) attributes.delete(attribute.code);
    target.attributes.set(attribute.code, sortOrder);
    return this.#nextLink++;
  }

  unassign(setId: number, code: string): void {
    const set = this.#sets.get(setId);
    if (!set) throw notFound('The "%1" attribute set wasn\'t found. Verify and try again.', setId);
    const attribute = this.catalog.get(code);
    const holder = set.groups.find(({ attributes }) => attributes.has(attribute.code));
    if (!holder)
      throw refused('The "%1" attribute wasn\'t found in the "%2" attribute set. Enter the attribute and try again.', code, setId);
    if (!attribute.userDefined) throw refused("The system attribute can't be deleted.");
    holder.attributes.delete(attribute.code);
  }

  #checkName(name: string): void {
    if (name.trim() === '') throw refused('The attribute set name is empty. Enter the name and try again.');
    const taken = this.all().some((set) => set.name.toLowerCase() === name.toLowerCase());
    if (taken) throw refused('A "%1" attribute set name already exists. Create a new name and try again.', name);
  }
}

function group(id: number, name: string, setId: number, codes: readonly string[]): AttributeGroup {
  return { id, name, setId, attributes: new Map(codes.map((code, index) => [code, index])) };
}
