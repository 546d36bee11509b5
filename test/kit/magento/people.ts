import type { AttributeData, OptionData } from './attribute-catalog.js';
import type { CategoryData } from './categories.js';
import type { Product, ProductData } from './product.js';
import { saveProduct } from './save-product.js';
import type { Shop } from './shop.js';

/**
 * Edits by the shop's own people in the admin panel: they pass no door, appear in no request log and
 * follow the same rules as any save.
 */
export class People {
  constructor(private readonly shop: Shop) {}

  /** Creates or changes a product in a scope; answers its id. A creation gets what Magento's form would fill in. */
  saveProduct(data: ProductData & { readonly sku: string }, store = 'all'): number {
    const fresh = this.shop.products.find(data.sku) ? {} : { type_id: 'simple', attribute_set_id: 4, name: data.sku, price: 1 };
    return saveProduct(this.shop, { ...fresh, ...data }, this.#scope(store)).id;
  }

  deleteProduct(sku: string): void {
    this.shop.products.remove(sku);
  }

  saveCategory(data: CategoryData, store = 'all'): number {
    if (data.id !== undefined) return this.shop.categories.update(data.id, data, this.#scope(store)).id;
    return this.shop.categories.create({ is_active: true, ...data }).id;
  }

  deleteCategory(id: number): void {
    for (const gone of this.shop.categories.remove(id)) for (const product of this.shop.products.all()) product.categories.delete(gone);
  }

  createAttribute(data: AttributeData): number {
    return this.shop.attributes.create(data).id;
  }

  addOption(code: string, data: OptionData): number {
    return this.shop.attributes.addOption(code, data).id;
  }

  removeOption(code: string, label: string): void {
    const option = this.shop.attributes.get(code).options.find((one) => one.label === label);
    if (option) this.shop.attributes.removeOption(code, option.id);
  }

  createAttributeSet(name: string): number {
    return this.shop.sets.create(name, 0, 4).id;
  }

  /** Changes anything of a product without any rule: what a broken extension or a lost backup leaves behind. */
  tamper(sku: string, change: (product: Product) => void): void {
    change(this.shop.products.get(sku));
  }

  #scope(store: string): number {
    const scope = this.shop.stores.scopeOf(store);
    if (scope === undefined) throw new Error(`the shop has no store view ${store}`);
    return scope;
  }
}
