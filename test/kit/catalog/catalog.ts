/** A PIM's catalogue: what the files of an Akeneo CSV export hold, codes spelled as the entity itself spells them. */
export interface Catalog {
  /** Where the files lie that media values name; null: there are none. */
  readonly folder: string | null;
  readonly attributes: readonly CatalogAttribute[];
  readonly options: readonly CatalogOption[];
  readonly associationTypes: readonly { readonly code: string; readonly labels: Labels }[];
  readonly categories: readonly CatalogCategory[];
  readonly channels: readonly CatalogChannel[];
  /** Every locale the PIM knows; those of a channel are the enabled ones. */
  readonly locales: readonly string[];
  readonly currencies: readonly { readonly code: string; readonly enabled: boolean }[];
  readonly attributeGroups: readonly { readonly code: string; readonly sortOrder: number; readonly labels: Labels }[];
  readonly families: readonly CatalogFamily[];
  readonly familyVariants: readonly CatalogFamilyVariant[];
  readonly models: readonly CatalogModel[];
  readonly products: readonly CatalogProduct[];
}

export type Labels = Readonly<Record<string, string>>;

export interface CatalogAttribute {
  readonly code: string;
  /** Akeneo's type, `pim_catalog_text` and so on. */
  readonly type: string;
  readonly group: string;
  readonly localizable: boolean;
  readonly scopable: boolean;
  readonly decimals: boolean;
  readonly unique: boolean;
  readonly unit: string | null;
  readonly metricFamily: string | null;
  readonly labels: Labels;
}

export interface CatalogOption {
  readonly attribute: string;
  readonly code: string;
  readonly sortOrder: number;
  readonly labels: Labels;
}

export interface CatalogCategory {
  readonly code: string;
  readonly parent: string | null;
  readonly labels: Labels;
}

export interface CatalogChannel {
  readonly code: string;
  readonly locales: readonly string[];
  readonly currencies: readonly string[];
  readonly tree: string;
  readonly labels: Labels;
}

export interface CatalogFamily {
  readonly code: string;
  readonly attributes: readonly string[];
  readonly attributeAsLabel: string | null;
  readonly attributeAsImage: string | null;
  /** What has to be filled in, by channel. */
  readonly requirements: Readonly<Record<string, readonly string[]>>;
  readonly labels: Labels;
}

export interface CatalogFamilyVariant {
  readonly code: string;
  readonly family: string;
  readonly labels: Labels;
  /** Axes and attributes by level, the first below the root. */
  readonly levels: readonly { readonly axes: readonly string[]; readonly attributes: readonly string[] }[];
}

/**
 * A value as Akeneo's REST interface shapes it. Amounts and numbers are strings where the attribute
 * allows decimals, else numbers. https://api.akeneo.com/concepts/products.html#the-data-format
 */
export interface CatalogValue {
  readonly locale: string | null;
  readonly scope: string | null;
  readonly data: CatalogData;
}

export type CatalogData =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly amount: string | number; readonly unit: string }
  | readonly { readonly amount: string | number; readonly currency: string }[];

export type CatalogValues = Readonly<Record<string, readonly CatalogValue[]>>;

export interface CatalogAssociations {
  /** By type: identifiers, model codes, group codes. */
  readonly [type: string]: {
    readonly products: readonly string[];
    readonly product_models: readonly string[];
    readonly groups: readonly string[];
  };
}

export interface CatalogModel {
  readonly code: string;
  readonly parent: string | null;
  readonly family: string;
  readonly familyVariant: string;
  readonly categories: readonly string[];
  readonly values: CatalogValues;
  readonly associations: CatalogAssociations;
}

export interface CatalogProduct {
  readonly identifier: string;
  readonly enabled: boolean;
  readonly parent: string | null;
  readonly family: string | null;
  readonly categories: readonly string[];
  readonly groups: readonly string[];
  /** Its own values; what it inherits stands with its models. */
  readonly values: CatalogValues;
  readonly associations: CatalogAssociations;
}
