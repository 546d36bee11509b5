/** What a PIM holds, as flat as a CSV export of it: the common ground of both ways to read it. */
export interface PimState {
  readonly attributes: readonly PimAttribute[];
  /** Attribute code → option code → locale → label; codes in lower case. */
  readonly options: ReadonlyMap<string, ReadonlyMap<string, Labels>>;
  /** Family variant code in lower case → axes of all levels. */
  readonly axes: ReadonlyMap<string, readonly string[]>;
  readonly categories: readonly PimCategory[];
  readonly rows: readonly PimRow[];
  /** Asset codes whose file is there. */
  readonly files: ReadonlySet<string>;
}

export type Labels = Readonly<Record<string, string>>;

export interface PimAttribute {
  readonly code: string;
  /** Akeneo's type without its `pim_catalog_`. */
  readonly type: string;
  readonly localizable: boolean;
  readonly scopable: boolean;
  readonly unit: string | null;
}

export interface PimCategory {
  readonly code: string;
  readonly parent: string | null;
  readonly labels: Labels;
}

/** A product or a product model with the values it shows, inherited ones included. */
export interface PimRow {
  readonly kind: 'product' | 'model';
  readonly code: string;
  readonly parent: string | null;
  readonly family: string | null;
  /** Of models. */
  readonly familyVariant: string | null;
  readonly enabled: boolean;
  readonly categories: readonly string[];
  /** Association types with the SKU or model code they lead to, inherited ones included. */
  readonly associations: readonly { readonly type: string; readonly code: string }[];
  /** Columns as the export names them: `name`, `description-de_DE-print`, `price-EUR`, `weight`, `weight-unit`. */
  readonly columns: Readonly<Record<string, string>>;
}
