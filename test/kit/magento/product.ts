import type { MediaEntry } from './media-gallery.js';
import type { ScopedValues } from './scoped-values.js';

export interface StockItem {
  itemId: number;
  qty: number;
  isInStock: boolean;
  manageStock: boolean;
  useConfigManageStock: boolean;
  isQtyDecimal: boolean;
}

export const linkTypes = ['related', 'crosssell', 'upsell', 'associated'] as const;

export interface ProductLink {
  readonly type: string;
  /** Product id. */
  readonly linked: number;
  readonly position: number;
}

/** An axis of a configurable product. */
export interface ConfigurableOption {
  readonly id: number;
  readonly attributeId: number;
  label: string;
  position: number;
  /** Option ids of the axis attribute. */
  values: number[];
}

export interface Product {
  readonly id: number;
  sku: string;
  typeId: string;
  attributeSetId: number;
  readonly createdAt: string;
  updatedAt: string;
  values: ScopedValues;
  websiteIds: Set<number>;
  /** Category id → position. */
  categories: Map<number, number>;
  stock: StockItem;
  links: ProductLink[];
  media: MediaEntry[];
  options: ConfigurableOption[];
  /** Product ids of the variants. */
  children: number[];
  /** Requests that saved it. */
  writes: number;
}

/** A product as a request describes it. */
export interface ProductData {
  readonly id?: number;
  readonly sku?: string;
  readonly type_id?: string;
  readonly attribute_set_id?: number;
  readonly media_gallery_entries?: readonly MediaEntryData[] | null;
  readonly product_links?: readonly ProductLinkData[] | null;
  readonly custom_attributes?: readonly { readonly attribute_code: string; readonly value: unknown }[] | null;
  readonly extension_attributes?: ProductExtension | null;
  readonly [field: string]: unknown;
}

export interface ProductExtension {
  readonly website_ids?: readonly number[] | null;
  readonly category_links?: readonly { readonly category_id: string | number; readonly position?: number }[] | null;
  readonly stock_item?: Readonly<Record<string, unknown>> | null;
  readonly configurable_product_options?: readonly ConfigurableOptionData[] | null;
  readonly configurable_product_links?: readonly number[] | null;
}

export interface ProductLinkData {
  readonly link_type: string;
  readonly linked_product_sku: string;
  readonly position?: number;
}

export interface ConfigurableOptionData {
  readonly id?: number;
  readonly attribute_id?: string | number;
  readonly label?: string;
  readonly position?: number;
  readonly values?: readonly { readonly value_index?: number }[];
}

export interface MediaEntryData {
  readonly id?: number | null;
  readonly media_type?: string;
  readonly label?: string | null;
  readonly position?: number | null;
  readonly disabled?: boolean | null;
  readonly types?: readonly string[] | null;
  readonly file?: string | null;
  readonly content?: { readonly base64_encoded_data: string; readonly type: string; readonly name: string } | null;
}

/** Attributes that stand beside `custom_attributes` in a request and an answer. */
export const topLevel = ['name', 'price', 'status', 'visibility', 'weight'] as const;
