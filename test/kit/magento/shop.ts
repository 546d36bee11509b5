import { AttributeCatalog } from './attribute-catalog.js';
import { AttributeSets } from './attribute-sets.js';
import { Categories } from './categories.js';
import { MediaLibrary } from './media-gallery.js';
import { Products } from './products.js';
import type { StoreOption } from './stores.js';
import { Stores } from './stores.js';
import { UrlRewrites } from './url-rewrites.js';

/** Everything one Magento installation holds. */
export class Shop {
  readonly stores: Stores;
  readonly attributes = new AttributeCatalog();
  readonly sets = new AttributeSets(this.attributes);
  readonly rewrites = new UrlRewrites();
  readonly library = new MediaLibrary();
  readonly categories: Categories;
  readonly products: Products;

  constructor(stores?: readonly StoreOption[]) {
    this.stores = new Stores(stores);
    this.categories = new Categories(this.stores, this.rewrites);
    this.products = new Products(this);
  }
}
