import { productNotFound } from './magento-error.js';
import type { Product } from './product.js';
import type { Shop } from './shop.js';

/** The products by id and by SKU; SKUs are told apart without case. */
export class Products {
  readonly #byId = new Map<number, Product>();
  readonly #idBySku = new Map<string, number>();
  #nextId = 1;
  #nextOptionId = 1;

  constructor(private readonly shop: Shop) {}

  all(): IterableIterator<Product> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  nextId(): number {
    return this.#nextId++;
  }

  nextConfigurableOptionId(): number {
    return this.#nextOptionId++;
  }

  byId(id: number): Product | undefined {
    return this.#byId.get(id);
  }

  find(sku: string): Product | undefined {
    const id = this.#idBySku.get(folded(sku));
    return id === undefined ? undefined : this.#byId.get(id);
  }

  get(sku: string): Product {
    const product = this.find(sku);
    if (!product) throw productNotFound(sku);
    return product;
  }

  /** Puts a product in the place of the one with its id. */
  put(product: Product): void {
    const before = this.#byId.get(product.id);
    if (before) this.#idBySku.delete(folded(before.sku));
    this.#byId.set(product.id, product);
    this.#idBySku.set(folded(product.sku), product.id);
  }

  remove(sku: string): void {
    const product = this.get(sku);
    this.#byId.delete(product.id);
    this.#idBySku.delete(folded(product.sku));
    this.shop.rewrites.release(`product:${product.id}`);
    for (const other of this.#byId.values()) {
      if (other.links.length > 0) other.links = other.links.filter(({ linked }) => linked !== product.id);
      if (other.children.length > 0) other.children = other.children.filter((id) => id !== product.id);
    }
  }
}

function folded(sku: string): string {
  return sku.trim().toLowerCase();
}
