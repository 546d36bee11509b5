import type { JsonObject, Structure } from '../../contract/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import { folded, isObject, labels, text, texts } from './json.js';

type Attribute = Structure['attributes'][number];

/** Akeneo's attribute types, https://api.akeneo.com/concepts/catalog-structure.html#attribute */
const types: Readonly<Record<string, Attribute['type']>> = {
  pim_catalog_identifier: 'identifier',
  pim_catalog_text: 'text',
  pim_catalog_textarea: 'textarea',
  pim_catalog_number: 'number',
  pim_catalog_boolean: 'boolean',
  pim_catalog_date: 'date',
  pim_catalog_simpleselect: 'select',
  pim_catalog_multiselect: 'multiselect',
  pim_catalog_metric: 'metric',
  pim_catalog_price_collection: 'price',
  pim_catalog_image: 'image',
  pim_catalog_file: 'file',
};

export interface AkeneoStructure extends Structure {
  /** Code of the attribute that holds what Akeneo calls the product's identifier. */
  readonly identifier: string;
  /** Family variants with models between root and variants, codes in lower case. */
  readonly twoLevels: ReadonlySet<string>;
}

/** Attributes, families with their variants, and channels: a handful of calls and one per family. */
export async function readStructure(api: AkeneoApi, signal: AbortSignal): Promise<AkeneoStructure> {
  const [attributes, families, channels] = await Promise.all([
    api.listAll('/attributes', signal),
    api.listAll('/families', signal),
    api.listAll('/channels', signal),
  ]);
  const variants = await Promise.all(families.map((family) => readVariants(api, text(family.code) ?? '', signal)));
  return {
    attributes: attributes.flatMap(readAttribute),
    families: families.flatMap((family) => {
      const code = text(family.code);
      return code === null ? [] : [{ code, labels: labels(family.labels), attributes: texts(family.attributes) }];
    }),
    familyVariants: variants.flat().map(({ variant }) => variant),
    twoLevels: new Set(variants.flat().flatMap(({ variant, levels }) => (levels > 1 ? [folded(variant.code)] : []))),
    channels: channels.flatMap((channel) => {
      const code = text(channel.code);
      return code === null ? [] : [{ code, locales: texts(channel.locales), currencies: texts(channel.currencies) }];
    }),
    identifier: identifierOf(attributes),
  };
}

function readAttribute(raw: JsonObject): Attribute[] {
  const code = text(raw.code);
  if (code === null) return [];
  return [
    {
      code,
      type: types[text(raw.type) ?? ''] ?? 'other',
      localizable: raw.localizable === true,
      scopable: raw.scopable === true,
      labels: labels(raw.labels),
      decimals: raw.decimals_allowed === true,
      unit: text(raw.default_metric_unit),
    },
  ];
}

type ReadVariant = { readonly variant: Structure['familyVariants'][number]; readonly levels: number };

/** The variants of a family, each with the axes of every level, outermost first. */
async function readVariants(api: AkeneoApi, family: string, signal: AbortSignal): Promise<ReadVariant[]> {
  const variants = await api.listAll(`/families/${encodeURIComponent(family)}/variants`, signal);
  return variants.flatMap((variant) => {
    const code = text(variant.code);
    if (code === null) return [];
    const sets = Array.isArray(variant.variant_attribute_sets) ? variant.variant_attribute_sets.filter(isObject) : [];
    const levels = [...sets].sort((a, b) => Number(a.level) - Number(b.level)).map((set) => texts(set.axes));
    return [{ variant: { code, family, axes: levels.flat() }, levels: levels.length }];
  });
}

/** Since several identifiers are allowed, one is marked as the main one; before that there was only one. */
function identifierOf(attributes: readonly JsonObject[]): string {
  const identifiers = attributes.filter((attribute) => attribute.type === 'pim_catalog_identifier');
  const main = identifiers.find((attribute) => attribute.is_main_identifier === true) ?? identifiers[0];
  return text(main?.code) ?? 'sku';
}
