import type {
  CatalogAssociations,
  CatalogCategory,
  CatalogModel,
  CatalogProduct,
  CatalogValue,
  CatalogValues,
  Labels,
} from '../catalog/index.js';
import type { Category, Model, PimState, Product } from './state.js';
import { uuidOf } from './state.js';

/** New values by attribute; an empty list empties the attribute. */
export type Edits = Readonly<Record<string, readonly CatalogValue[]>>;

/** What the PIM's own people do: edits stamp what they touch, by the PIM's clock. */
export class People {
  constructor(
    private readonly state: PimState,
    private readonly now: () => number,
  ) {}

  find(identifier: string): Product | undefined {
    return this.state.byIdentifier(identifier);
  }

  /** Replaces the values of these attributes. */
  edit(identifier: string, edits: Edits): Product {
    const product = this.#product(identifier);
    return this.#save({ ...product, values: { ...withoutEmpty({ ...product.values, ...edits }) } });
  }

  enable(identifier: string): Product {
    return this.#save({ ...this.#product(identifier), enabled: true });
  }

  disable(identifier: string): Product {
    return this.#save({ ...this.#product(identifier), enabled: false });
  }

  /** Saves it as it is: Akeneo stamps that too. */
  touch(identifier: string): Product {
    return this.#save(this.#product(identifier));
  }

  /** Associations follow: they are to the product, not to its name. */
  rename(identifier: string, to: string): Product {
    const product = this.#product(identifier);
    const owner = this.state.byIdentifier(to);
    if (owner && owner.uuid !== product.uuid) throw new Error(`the PIM has a product ${to} already`);
    const saved = this.#save({ ...product, identifier: to, values: { ...product.values, ...this.#identified(to) } });
    this.state.reassociate('products', identifier, to);
    return saved;
  }

  /** Edits an asset or a record that the product is linked to: its own time stays. */
  editLinked(identifier: string, type: 'asset' | 'reference_entity_record'): void {
    const { uuid } = this.#product(identifier);
    if (this.state.writesDownEditsOf.has(type)) this.state.linkedEdits.set(`${type} ${uuid}`, this.now());
  }

  setCategories(identifier: string, categories: readonly string[]): Product {
    return this.#save({ ...this.#product(identifier), categories });
  }

  setFamily(identifier: string, family: string | null): Product {
    return this.#save({ ...this.#product(identifier), family });
  }

  associate(identifier: string, associations: CatalogAssociations): Product {
    const product = this.#product(identifier);
    return this.#save({ ...product, associations: { ...product.associations, ...associations } });
  }

  /** What stands at the levels above is the models' from then on. */
  moveVariant(identifier: string, parent: string | null): Product {
    const product = this.#product(identifier);
    const model = parent === null ? null : this.#model(parent);
    return this.#save({
      ...product,
      parent: model?.code ?? null,
      values: model ? this.#atLastLevel(model, product.values) : product.values,
    });
  }

  /** It keeps what it inherited as its own. https://github.com/akeneo/pim-community-dev/pull/12971 */
  convertToSimple(identifier: string): Product {
    const product = this.#product(identifier);
    const { values, categories, associations } = this.state.shown(product);
    return this.#save({ ...product, parent: null, values, categories, associations });
  }

  /** A new product gets a uuid that no earlier one of that identifier had. */
  add(product: CatalogProduct, uuid = uuidOf(`${product.identifier} ${this.state.products.size} ${this.now()}`)): Product {
    if (this.state.byIdentifier(product.identifier)) throw new Error(`the PIM has a product ${product.identifier} already`);
    const values = { ...product.values, ...this.#identified(product.identifier) };
    const added = { ...product, values, uuid, created: this.now(), updated: this.now() };
    this.state.put(added);
    return added;
  }

  remove(identifier: string): void {
    this.state.remove(this.#product(identifier).uuid);
    this.state.reassociate('products', identifier, null);
  }

  editModel(code: string, edits: Edits): Model {
    const model = this.#model(code);
    return this.#saveModel({ ...model, values: withoutEmpty({ ...model.values, ...edits }) });
  }

  addModel(model: CatalogModel): Model {
    if (this.state.model(model.code)) throw new Error(`the PIM has a product model ${model.code} already`);
    return this.#saveModel({ ...model, created: this.now(), updated: this.now() });
  }

  /** What is below a model goes with it, as in Akeneo. */
  removeModel(code: string): void {
    const { code: own } = this.#model(code);
    for (const model of [...this.state.models.values()]) if (model.parent === own) this.removeModel(model.code);
    for (const { uuid, identifier } of this.state.variantsOf([own])) {
      this.state.remove(uuid);
      this.state.reassociate('products', identifier, null);
    }
    this.state.removeModel(own);
    this.state.reassociate('product_models', own, null);
  }

  addCategory(category: CatalogCategory): Category {
    return this.#saveCategory({ ...category, created: this.now(), updated: this.now() });
  }

  editCategory(code: string, changes: { readonly labels?: Labels; readonly parent?: string | null }): Category {
    const category = this.#category(code);
    const labels = { ...category.labels, ...changes.labels };
    const parent = changes.parent === undefined ? category.parent : changes.parent && this.#category(changes.parent).code;
    return this.#saveCategory({ ...category, labels, parent });
  }

  /** What is below it goes with it. Products and models leave it without a new stamp, as in Akeneo. */
  removeCategory(code: string): void {
    const gone = this.state.tree(this.#category(code).code);
    const left = (codes: readonly string[]) => codes.filter((one) => !gone.has(one.toLowerCase()));
    const affected = ({ categories }: Product | Model) => categories.some((one) => gone.has(one.toLowerCase()));
    for (const one of gone) this.state.categories.delete(one);
    for (const product of [...this.state.products.values()].filter(affected))
      this.state.put({ ...product, categories: left(product.categories) });
    for (const model of [...this.state.models.values()].filter(affected))
      this.state.putModel({ ...model, categories: left(model.categories) });
  }

  #atLastLevel({ family, familyVariant }: Model, values: CatalogValues): CatalogValues {
    const { families, familyVariants } = this.state.catalog;
    const last = familyVariants.find(({ code }) => code === familyVariant)?.levels.at(-1);
    const own = new Set([...(last?.attributes ?? []), ...(last?.axes ?? [])].map((code) => code.toLowerCase()));
    const above = families.find(({ code }) => code === family)?.attributes.filter((code) => !own.has(code.toLowerCase())) ?? [];
    return Object.fromEntries(Object.entries(values).filter(([code]) => !above.includes(code)));
  }

  #product(identifier: string): Product {
    const product = this.state.byIdentifier(identifier);
    if (!product) throw new Error(`the PIM has no product ${identifier}`);
    return product;
  }

  #model(code: string): Model {
    const model = this.state.model(code);
    if (!model) throw new Error(`the PIM has no product model ${code}`);
    return model;
  }

  #category(code: string): Category {
    const category = this.state.categories.get(code.toLowerCase());
    if (!category) throw new Error(`the PIM has no category ${code}`);
    return category;
  }

  /** The identifier stands among the values too. */
  #identified(identifier: string): Edits {
    return { [this.state.identifier]: [{ locale: null, scope: null, data: identifier }] };
  }

  #save(product: Product): Product {
    const saved = { ...product, updated: this.now() };
    this.state.put(saved);
    return saved;
  }

  #saveModel(model: Model): Model {
    const saved = { ...model, updated: this.now() };
    this.state.putModel(saved);
    return saved;
  }

  #saveCategory(category: Category): Category {
    const saved = { ...category, updated: this.now() };
    this.state.putCategory(saved);
    return saved;
  }
}

function withoutEmpty(values: Edits): Edits {
  return Object.fromEntries(Object.entries(values).filter(([, list]) => list.length > 0));
}
