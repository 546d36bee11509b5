/** The kinds of attribute every PIM has under one name or another. */
export type AttributeType =
  | 'identifier'
  | 'text'
  | 'textarea'
  | 'number'
  | 'boolean'
  | 'date'
  | 'select'
  | 'multiselect'
  | 'metric'
  | 'price'
  | 'image'
  | 'file'
  | 'other';

export interface Attribute {
  readonly code: string;
  readonly type: AttributeType;
  readonly localizable: boolean;
  readonly scopable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly decimals: boolean;
  /** Default unit code of a metric. */
  readonly unit: string | null;
}

export interface Family {
  readonly code: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly attributes: readonly string[];
}

/** How the variants of a family differ: the axes of all levels, outermost first. */
export interface FamilyVariant {
  readonly code: string;
  readonly family: string;
  readonly axes: readonly string[];
}

/** What a PIM holds besides its records: read once, and again when it changes. */
export interface Structure {
  readonly attributes: readonly Attribute[];
  readonly families: readonly Family[];
  readonly familyVariants: readonly FamilyVariant[];
  readonly channels: readonly { code: string; locales: readonly string[]; currencies: readonly string[] }[];
}
