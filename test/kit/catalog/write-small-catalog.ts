import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A shirt of two levels, a mug, and what exports are awkward in: other case, line breaks in cells, several prices. */
const files: Readonly<Record<string, string>> = {
  'attributes.csv': `code;label-en_US;decimals_allowed;default_metric_unit;group;localizable;metric_family;scopable;sort_order;type;unique
sku;SKU;;;erp;0;;0;1;pim_catalog_identifier;1
name;Name;;;erp;1;;0;2;pim_catalog_text;0
description;Description;;;erp;1;;1;3;pim_catalog_textarea;0
price;Price;1;;erp;0;;0;4;pim_catalog_price_collection;0
whole_price;Whole price;0;;erp;0;;1;5;pim_catalog_price_collection;0
weight;Weight;1;KILOGRAM;erp;0;Weight;0;6;pim_catalog_metric;0
length;Length;0;METER;erp;0;Length;0;7;pim_catalog_metric;0
pages;Pages;0;;erp;0;;0;8;pim_catalog_number;0
rating;Rating;1;;erp;0;;0;9;pim_catalog_number;0
washable;Washable;;;erp;0;;0;10;pim_catalog_boolean;0
released;Released;;;erp;0;;1;11;pim_catalog_date;0
color;Colour;;;erp;0;;0;12;pim_catalog_simpleselect;0
size;Size;;;erp;0;;0;13;pim_catalog_simpleselect;0
materials;Materials;;;erp;0;;0;14;pim_catalog_multiselect;0
picture;Picture;;;erp;0;;0;15;pim_catalog_image;0
`,
  'attribute_groups.csv': 'code;sort_order;label-en_US\nerp;1;ERP\n',
  'attribute_options.csv': `code;label-en_US;label-de_DE;attribute;sort_order
red;Red;Rot;color;1
blue;Blue;Blau;color;2
s;S;S;size;1
m;M;M;size;2
wool;Wool;Wolle;materials;1
silk;Silk;Seide;materials;2
`,
  'association_types.csv': 'code;label-en_US\nX_SELL;Cross sell\nUPSELL;Upsell\n',
  'categories.csv': `code;parent;label-en_US
Master;;Master catalogue
clothes;master;Clothes
shirts;clothes;Shirts
kitchen;Master;Kitchen
Suppliers;;Suppliers
acme;suppliers;Acme
`,
  'channels.csv': `code;label-en_US;locales;currencies;tree
shop;Shop;en_US,de_DE;EUR,USD;Master
print;Print;en_US;EUR;Master
`,
  'currencies.csv': 'code;activated\nUSD;1\nEUR;1\nADP;0\n',
  'locales.csv': 'code\nde_DE\nen_US\nfr_FR\n',
  'families.csv': `code;label-en_US;attributes;attribute_as_image;attribute_as_label;requirements-shop
shirts;Shirts;sku,name,color,size,picture;picture;name;sku,name
mugs;Mugs;sku,name,weight;;name;sku
`,
  'family_variants.csv': `code;family;label-en_US;variant-axes_1;variant-axes_2;variant-attributes_1;variant-attributes_2
shirt_color_size;shirts;By colour and size;color;size;color,picture;sku,size
`,
  'product_models.csv': `code;family_variant;parent;categories;color;name-en_US;name-de_DE;X_SELL-products
Shirt;shirt_color_size;;shirts;;Shirt;Hemd;MUG
shirt_red;;SHIRT;acme;RED;;;
`,
  'products.csv': `sku;categories;enabled;family;parent;groups;name-en_US;description-en_US-shop;description-de_DE-shop;description-en_US-print;price-EUR;price-USD;whole_price-shop-EUR;weight;weight-unit;length;length-unit;pages;rating;washable;released-shop;color;size;materials;picture;X_SELL-product_models;X_SELL-groups
mug;KITCHEN;1;Mugs;;sale;Mug;"Two
lines; one cell";Becher;Printed mug;9.9;12;10;0.35;KILOGRAM;2;METER;3;4.5;1;2026-02-03;;;Wool,silk;files/mug.jpg;shirt;sale
shirt-red-s;Clothes,shirts;0;;SHIRT_RED;;;;;;;;;;;;;;;;;;S;;;;
shirt-red-m;;1;shirts;shirt_red;;;;;;20;;;;;;;;;0;;;m;;;;
`,
  'files/mug.jpg': 'not quite a picture',
};

/** Writes the small catalogue into a new folder below the system's temporary one; whoever asked removes it. */
export async function writeSmallCatalog(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-catalog-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}
