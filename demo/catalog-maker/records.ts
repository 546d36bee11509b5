import { descriptions, metric, named, pick, price, range, texts } from './cells.js';
import type { Row } from './tables.js';
import { colors, features, materials, places, sizes, words } from './words.js';

/** Rows of the records, and the hues of the pictures they name. */
export interface Records {
  readonly models: readonly Row[];
  readonly products: readonly Row[];
  readonly pictures: ReadonlyMap<string, number>;
}

const colorCodes = Object.keys(colors);
const materialCodes = Object.keys(materials);
const featureCodes = Object.keys(features);

export function makeRecords(): Records {
  const pictures = new Map<string, number>();
  const picture = (code: string, index: number, attribute = 'picture'): string => {
    const path = `files/${code}/${attribute}/${code}.png`;
    pictures.set(path, (index * 37) % 360);
    return path;
  };
  const [bottleModels, bottles] = makeBottles(picture);
  const [jacketModels, jackets] = makeJackets(picture);
  return {
    models: [...bottleModels, ...jacketModels],
    products: [...makeBackpacks(picture), ...makeLamps(picture), ...bottles, ...jackets, ...oddOnes()],
    pictures,
  };
}

/** Where the picture lies in the export, which Akeneo sorts by record and attribute. */
type Picture = (code: string, index: number, attribute?: string) => string;

/** 50 simple products, which recommend each other in a circle. */
function makeBackpacks(picture: Picture): Row[] {
  return range(50).map((index) => {
    const name = `${pick(places, index)} ${18 + index}`;
    const sku = `backpack-${index + 1}`;
    return {
      sku,
      family: 'backpacks',
      categories: index % 2 === 0 ? 'daypacks' : 'trekking,carry',
      enabled: '1',
      ...texts('name', words(`Backpack ${name}`, `Rucksack ${name}`, `Sac à dos ${name}`)),
      ...descriptions(words(`Holds ${18 + index} litres.`, `Fasst ${18 + index} Liter.`, `Contient ${18 + index} litres.`)),
      ...price(index === 7 ? null : 59 + index * 1.5, 64 + index * 1.5),
      ...metric('weight', 700 + index * 15, 'GRAM'),
      ...metric('volume', 18 + index, 'LITER'),
      color: pick(colorCodes, index),
      material: 'nylon',
      features: featureCodes.slice(0, 1 + (index % 3)).join(','),
      collection: index % 4 === 0 ? 'spring_2026,autumn_2026' : 'autumn_2026',
      waterproof: index % 2 === 0 ? '1' : '0',
      picture: index % 4 === 0 ? picture(sku, index) : index === 1 ? `files/${sku}/picture/lost.png` : '',
      ...texts('meta_title', words(`${name} – backpack`, `${name} – Rucksack`, `${name} – sac à dos`)),
      ...texts('meta_description', words(`${name} carries it all.`, `${name} trägt alles.`, `${name} porte tout.`)),
      'X_SELL-products': `backpack-${((index + 1) % 50) + 1}`,
      'UPSELL-products': index < 10 ? `backpack-${index + 20}` : '',
      'SUBSTITUTION-product_models': index === 0 ? 'bottle-alder' : '',
    };
  });
}

/** 46 simple products, some without German or French texts. */
function makeLamps(picture: Picture): Row[] {
  return range(46).map((index) => {
    const camp = index % 3 === 0;
    const name = `${pick(places, index + 4)} ${index + 1}`;
    const sku = `LAMP-${index + 1}`;
    const translated = words(
      `${camp ? 'Camp' : 'Table'} lamp ${name}`,
      index % 5 === 4 ? '' : `${camp ? 'Camping' : 'Tisch'}lampe ${name}`,
      `Lampe ${name}`,
    );
    return {
      sku,
      family: 'lamps',
      categories: camp ? 'camp_lamps,outdoor' : 'table_lamps',
      enabled: index === 45 ? '0' : '1',
      ...texts('name', translated),
      ...descriptions(
        words(
          `A light for ${camp ? 'the tent' : 'the desk'}.`,
          index % 5 === 4 ? '' : `Licht für ${camp ? 'das Zelt' : 'den Schreibtisch'}.`,
          '',
        ),
      ),
      ...price(24.9 + index, 27.5 + index),
      ...metric('weight', 0.3 + index / 100, 'KILOGRAM'),
      ...metric('height', camp ? 120 + index : 300 + index * 2, 'MILLIMETER'),
      lumen: String(150 + index * 10),
      burn_time: camp ? (4 + index / 4).toFixed(2) : '',
      material: pick(materialCodes, index),
      waterproof: camp ? '1' : '0',
      'release_date-ecommerce': '2026-03-01',
      'release_date-print': `2026-0${1 + (index % 9)}-15`,
      picture: index % 5 === 0 ? picture(sku, index + 100) : '',
      // Pairs that stand in for each other: neither can be written after the other.
      'SUBSTITUTION-products': index < 8 ? `LAMP-${index % 2 === 0 ? index + 2 : index}` : '',
    };
  });
}

/** Six configurables by colour and volume on one level; the first variant of each spells its parent in its own way. */
function makeBottles(picture: Picture): [Row[], Row[]] {
  const models: Row[] = [];
  const variants: Row[] = [];
  range(6).forEach((index) => {
    const place = pick(places, index);
    const code = `bottle-${place.toLowerCase()}`;
    models.push({
      code,
      family_variant: 'bottles_color_volume',
      parent: '',
      categories: index % 2 === 0 ? 'drink' : 'drink,home_drink',
      ...texts('name', words(`Bottle ${place}`, `Flasche ${place}`, `Gourde ${place}`)),
      ...descriptions(words(`Keeps ${place} cold.`, `Hält ${place} kalt.`, `Garde ${place} au frais.`)),
      material: index % 2 === 0 ? 'steel' : 'bamboo',
      features: 'washable,vegan',
      picture: picture(code, index + 200),
      'X_SELL-product_models': `bottle-${pick(places, (index + 1) % 6).toLowerCase()}`,
    });
    for (const [at, color] of colorCodes.slice(0, 3).entries()) {
      for (const volume of ['0.5', '0.75']) {
        variants.push({
          sku: `${code}-${color}-${volume.replace('.', '')}`,
          family: 'bottles',
          parent: at === 0 ? code.toUpperCase() : code,
          enabled: '1',
          color,
          volume,
          'volume-unit': 'LITER',
          ...texts('variation_name', named(colors[color], `Bottle ${place}`, `Flasche ${place}`, `Gourde ${place}`)),
          ...price(19 + Number(volume) * 10 + index, 21 + Number(volume) * 10 + index),
          ...metric('weight', 180 + Number(volume) * 100, 'GRAM'),
        });
      }
    }
  });
  return [models, variants];
}

/** Eight configurables with a sub-model per colour and variants by size; one more that has no variants yet. */
function makeJackets(picture: Picture): [Row[], Row[]] {
  const models: Row[] = [];
  const variants: Row[] = [];
  range(9).forEach((index) => {
    const place = pick(places, index + 5);
    const code = `jacket_${place.toLowerCase()}`;
    models.push({
      code,
      family_variant: 'jackets_color_size',
      parent: '',
      categories: index % 2 === 0 ? 'rain' : 'warm',
      ...texts('name', words(`Jacket ${place}`, `Jacke ${place}`, `Veste ${place}`)),
      ...descriptions(words(`For days in ${place}.`, `Für Tage in ${place}.`, `Pour les jours à ${place}.`)),
      features: 'repairable,washable',
      waterproof: index % 2 === 0 ? '1' : '0',
      collection: 'autumn_2026',
      picture: index % 2 === 0 ? picture(code, index + 300) : '',
    });
    if (index === 8) return;
    for (const color of colorCodes.slice(index % 3, (index % 3) + 2)) {
      const sub = `${code}_${color}`;
      models.push({
        code: sub,
        family_variant: 'jackets_color_size',
        parent: code,
        categories: index === 3 ? 'rain' : '',
        color,
        material: pick(materialCodes, index + 1),
        ...texts('variation_name', named(colors[color], `Jacket ${place}`, `Jacke ${place}`, `Veste ${place}`)),
        variation_image: index < 3 ? picture(sub, index + 400, 'variation_image') : '',
      });
      for (const size of Object.keys(sizes)) {
        variants.push({
          sku: `${sub}_${size}`,
          family: 'jackets',
          parent: sub,
          enabled: '1',
          size,
          ...price(120 + index * 10, 130 + index * 10),
          ...metric('weight', 450 + 30 * Object.keys(sizes).indexOf(size), 'GRAM'),
        });
      }
    }
  });
  return [models, variants];
}

/** What a catalogue holds that nobody planned. */
function oddOnes(): Row[] {
  return [
    {
      sku: 'gift-card',
      family: '',
      categories: 'home',
      enabled: '1',
      ...texts('name', words('Gift card', 'Gutschein', 'Carte cadeau')),
      ...price(25, 25),
    },
    // Neither family nor name: the shop shows the SKU.
    { sku: 'sample/box 1', family: '', categories: '', enabled: '1', ...price(5, 6) },
    // A price of 0, which must never be for sale.
    {
      sku: 'sticker',
      family: '',
      categories: 'home,outdoor',
      enabled: '1',
      ...texts('name', words('Sticker', 'Aufkleber', 'Autocollant')),
      ...price(0, 0),
    },
  ];
}
