/** A text in the three languages of the shop. */
export interface Words {
  readonly en_US: string;
  readonly de_DE: string;
  readonly fr_FR: string;
}

export const locales = ['de_DE', 'en_US', 'fr_FR'] as const;
export const channels = ['ecommerce', 'print'] as const;
export const currencies = ['EUR', 'USD'] as const;

export function words(en_US: string, de_DE: string, fr_FR: string): Words {
  return { en_US, de_DE, fr_FR };
}

export const colors: Readonly<Record<string, Words>> = {
  forest: words('Forest green', 'Waldgrün', 'Vert forêt'),
  slate: words('Slate grey', 'Schiefergrau', 'Gris ardoise'),
  coral: words('Coral red', 'Korallenrot', 'Rouge corail'),
  sand: words('Sand', 'Sand', 'Sable'),
  ocean: words('Ocean blue', 'Ozeanblau', 'Bleu océan'),
};

export const sizes: Readonly<Record<string, Words>> = {
  s: words('S', 'S', 'S'),
  m: words('M', 'M', 'M'),
  l: words('L', 'L', 'L'),
  xl: words('XL', 'XL', 'XL'),
};

export const materials: Readonly<Record<string, Words>> = {
  steel: words('Stainless steel', 'Edelstahl', 'Acier inoxydable'),
  nylon: words('Recycled nylon', 'Recyceltes Nylon', 'Nylon recyclé'),
  wool: words('Merino wool', 'Merinowolle', 'Laine mérinos'),
  bamboo: words('Bamboo', 'Bambus', 'Bambou'),
};

export const features: Readonly<Record<string, Words>> = {
  washable: words('Washable', 'Waschbar', 'Lavable'),
  repairable: words('Can be repaired', 'Reparierbar', 'Réparable'),
  foldable: words('Foldable', 'Faltbar', 'Pliable'),
  // Has no French label: shops show the base's.
  vegan: words('Vegan', 'Vegan', ''),
};

export const collections: Readonly<Record<string, Words>> = {
  spring_2026: words('Spring 2026', 'Frühjahr 2026', 'Printemps 2026'),
  autumn_2026: words('Autumn 2026', 'Herbst 2026', 'Automne 2026'),
};

/** Names of things: the same number always gives the same one. */
export const places = [
  'Alder',
  'Birch',
  'Cedar',
  'Dune',
  'Elm',
  'Fjord',
  'Glade',
  'Heath',
  'Isle',
  'Juniper',
  'Knoll',
  'Larch',
  'Moor',
  'Nook',
  'Oak',
];
