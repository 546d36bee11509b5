import { channels, collections, colors, currencies, features, locales, materials, sizes, words, type Words } from './words.js';

export type Row = Readonly<Record<string, string>>;

interface AttributeSpec {
  readonly code: string;
  readonly type: string;
  readonly label: Words;
  readonly group?: string;
  readonly localizable?: boolean;
  readonly scopable?: boolean;
  readonly decimals?: boolean;
  readonly metric?: readonly [family: string, unit: string];
}

const attributes: readonly AttributeSpec[] = [
  { code: 'sku', type: 'identifier', group: 'erp', label: words('SKU', 'Artikelnummer', 'Référence') },
  { code: 'name', type: 'text', label: words('Name', 'Name', 'Nom'), localizable: true },
  { code: 'variation_name', type: 'text', label: words('Variant name', 'Variantenname', 'Nom de variante'), localizable: true },
  { code: 'description', type: 'textarea', label: words('Description', 'Beschreibung', 'Description'), localizable: true, scopable: true },
  { code: 'price', type: 'price_collection', group: 'erp', label: words('Price', 'Preis', 'Prix'), decimals: true },
  {
    code: 'weight',
    type: 'metric',
    group: 'technical',
    label: words('Weight', 'Gewicht', 'Poids'),
    decimals: true,
    metric: ['Weight', 'KILOGRAM'],
  },
  { code: 'color', type: 'simpleselect', label: words('Colour', 'Farbe', 'Couleur') },
  { code: 'size', type: 'simpleselect', group: 'technical', label: words('Size', 'Größe', 'Taille') },
  {
    code: 'volume',
    type: 'metric',
    group: 'technical',
    label: words('Volume', 'Volumen', 'Volume'),
    decimals: true,
    metric: ['Volume', 'LITER'],
  },
  {
    code: 'height',
    type: 'metric',
    group: 'technical',
    label: words('Height', 'Höhe', 'Hauteur'),
    decimals: true,
    metric: ['Length', 'CENTIMETER'],
  },
  { code: 'material', type: 'simpleselect', group: 'technical', label: words('Material', 'Material', 'Matière') },
  { code: 'features', type: 'multiselect', label: words('Features', 'Eigenschaften', 'Caractéristiques') },
  { code: 'collection', type: 'multiselect', label: words('Collection', 'Kollektion', 'Collection') },
  { code: 'waterproof', type: 'boolean', group: 'technical', label: words('Waterproof', 'Wasserdicht', 'Étanche') },
  { code: 'lumen', type: 'number', group: 'technical', label: words('Brightness in lumen', 'Helligkeit in Lumen', 'Luminosité en lumens') },
  {
    code: 'burn_time',
    type: 'number',
    group: 'technical',
    label: words('Burn time in hours', 'Leuchtdauer in Stunden', 'Autonomie en heures'),
    decimals: true,
  },
  { code: 'release_date', type: 'date', label: words('Released', 'Erschienen', 'Parution'), scopable: true },
  { code: 'picture', type: 'image', group: 'media', label: words('Picture', 'Bild', 'Image') },
  { code: 'variation_image', type: 'image', group: 'media', label: words('Variant picture', 'Variantenbild', 'Image de variante') },
  { code: 'meta_title', type: 'text', label: words('Meta title', 'Meta-Titel', 'Méta-titre'), localizable: true },
  {
    code: 'meta_description',
    type: 'textarea',
    label: words('Meta description', 'Meta-Beschreibung', 'Méta-description'),
    localizable: true,
  },
];

/** Columns of an Akeneo export that this catalogue leaves empty stand here too: the format is the point. */
export function attributeRows(): Row[] {
  return attributes.map(({ code, type, label, group, localizable, scopable, decimals, metric }, index) => ({
    code,
    ...labelCells(label),
    allowed_extensions: type === 'image' ? 'png,jpg,gif' : '',
    auto_option_sorting: '',
    available_locales: '',
    date_max: '',
    date_min: '',
    decimals_allowed: ['number', 'metric', 'price_collection'].includes(type) ? flag(decimals) : '',
    default_metric_unit: metric?.[1] ?? '',
    group: group ?? 'marketing',
    localizable: flag(localizable),
    max_characters: '',
    max_file_size: '',
    metric_family: metric?.[0] ?? '',
    minimum_input_length: '',
    negative_allowed: type === 'number' || type === 'metric' ? '0' : '',
    number_max: '',
    number_min: '',
    reference_data_name: '',
    scopable: flag(scopable),
    sort_order: String(index + 1),
    type: `pim_catalog_${type}`,
    unique: flag(type === 'identifier'),
    useable_as_grid_filter: '1',
    validation_regexp: '',
    validation_rule: '',
    wysiwyg_enabled: type === 'textarea' ? '0' : '',
  }));
}

export function attributeGroupRows(): Row[] {
  const groups: [string, Words][] = [
    ['erp', words('ERP', 'ERP', 'ERP')],
    ['marketing', words('Marketing', 'Marketing', 'Marketing')],
    ['technical', words('Technical', 'Technik', 'Technique')],
    ['media', words('Media', 'Medien', 'Médias')],
  ];
  return groups.map(([code, label], index) => ({ code, sort_order: String(index), ...labelCells(label) }));
}

export function localeRows(): Row[] {
  return locales.map((code) => ({ code }));
}

export function currencyRows(): Row[] {
  return currencies.map((code) => ({ code, activated: '1' }));
}

export function optionRows(): Row[] {
  const lists = { color: colors, size: sizes, material: materials, features, collection: collections };
  return Object.entries(lists).flatMap(([attribute, options]) =>
    Object.entries(options).map(([code, label], index) => ({ code, ...labelCells(label), attribute, sort_order: String(index + 1) })),
  );
}

const common = ['sku', 'name', 'description', 'price', 'weight', 'picture', 'collection', 'release_date', 'meta_title', 'meta_description'];

const families = [
  {
    code: 'backpacks',
    label: words('Backpacks', 'Rucksäcke', 'Sacs à dos'),
    attributes: ['volume', 'color', 'material', 'features', 'waterproof'],
  },
  { code: 'lamps', label: words('Lamps', 'Lampen', 'Lampes'), attributes: ['height', 'lumen', 'burn_time', 'material', 'waterproof'] },
  {
    code: 'bottles',
    label: words('Bottles', 'Flaschen', 'Gourdes'),
    attributes: ['color', 'volume', 'material', 'features', 'variation_name', 'variation_image'],
  },
  {
    code: 'jackets',
    label: words('Jackets', 'Jacken', 'Vestes'),
    attributes: ['color', 'size', 'material', 'features', 'waterproof', 'variation_name', 'variation_image'],
  },
];

export function familyRows(): Row[] {
  return families.map(({ code, label, attributes: own }) => ({
    code,
    ...labelCells(label),
    attributes: [...common, ...own].sort().join(','),
    attribute_as_image: 'picture',
    attribute_as_label: 'name',
    'requirements-ecommerce': 'name,price,sku',
    'requirements-print': 'name,price,sku',
  }));
}

export function familyVariantRows(): Row[] {
  return [
    {
      code: 'bottles_color_volume',
      family: 'bottles',
      ...labelCells(words('Bottles by colour and volume', 'Flaschen nach Farbe und Volumen', 'Gourdes par couleur et volume')),
      'variant-axes_1': 'color,volume',
      'variant-axes_2': '',
      'variant-attributes_1': 'color,volume,sku,price,weight,variation_name,variation_image',
      'variant-attributes_2': '',
    },
    {
      code: 'jackets_color_size',
      family: 'jackets',
      ...labelCells(words('Jackets by colour and size', 'Jacken nach Farbe und Größe', 'Vestes par couleur et taille')),
      'variant-axes_1': 'color',
      'variant-axes_2': 'size',
      'variant-attributes_1': 'color,variation_name,variation_image,material',
      'variant-attributes_2': 'sku,size,price,weight',
    },
  ];
}

export function categoryRows(): Row[] {
  const rows: [string, string, Words][] = [
    ['outdoor', '', words('Outdoor', 'Draußen', 'Plein air')],
    ['carry', 'outdoor', words('Carry', 'Tragen', 'Porter')],
    ['daypacks', 'carry', words('Day packs', 'Tagesrucksäcke', 'Sacs de jour')],
    ['trekking', 'carry', words('Trekking', 'Trekking', 'Randonnée')],
    ['wear', 'outdoor', words('Wear', 'Kleidung', 'Vêtements')],
    ['rain', 'wear', words('For the rain', 'Bei Regen', 'Pour la pluie')],
    ['warm', 'wear', words('For the cold', 'Bei Kälte', 'Pour le froid')],
    ['drink', 'outdoor', words('Drink', 'Trinken', 'Boire')],
    ['home', '', words('Home', 'Zuhause', 'Maison')],
    ['light', 'home', words('Light', 'Licht', 'Lumière')],
    ['table_lamps', 'light', words('Table lamps', 'Tischlampen', 'Lampes de table')],
    ['camp_lamps', 'light', words('Camp lamps', 'Campinglampen', 'Lampes de camp')],
    // The same name as above in another branch, and no French one.
    ['home_drink', 'home', words('Drink', 'Trinken', '')],
  ];
  return rows.map(([code, parent, label]) => ({ code, parent, ...labelCells(label) }));
}

export function channelRows(): Row[] {
  return channels.map((code) => ({
    code,
    ...labelCells(code === 'print' ? words('Print', 'Druck', 'Impression') : words('Online shop', 'Onlineshop', 'Boutique en ligne')),
    locales: locales.join(','),
    currencies: currencies.join(','),
    tree: 'outdoor',
  }));
}

export function associationTypeRows(): Row[] {
  const types: [string, Words][] = [
    ['X_SELL', words('Goes with it', 'Passt dazu', 'Va avec')],
    ['UPSELL', words('Better one', 'Besseres', 'Mieux')],
    ['SUBSTITUTION', words('Instead', 'Statt dessen', 'À la place')],
    ['PACK', words('Pack', 'Paket', 'Lot')],
  ];
  return types.map(([code, label]) => ({ code, ...labelCells(label) }));
}

function labelCells(label: Words): Row {
  return Object.fromEntries(locales.map((locale) => [`label-${locale}`, label[locale]]));
}

function flag(on: boolean | undefined): string {
  return on ? '1' : '0';
}
