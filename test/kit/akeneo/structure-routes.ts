import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { CatalogAttribute, CatalogFamily, CatalogFamilyVariant } from '../catalog/index.js';
import { notFound } from './akeneo-error.js';
import { page } from './paging.js';
import { JsonText, MediaFile } from './route.js';
import type { Call, Route } from './route.js';
import { inList, parseSearch, testOf, unsupported } from './search.js';
import type { Properties } from './search.js';

export const structureRoutes: readonly Route[] = [
  { path: /^\/attributes$/, answer: listAttributes },
  { path: /^\/attributes\/([^/]+)\/options$/, answer: listOptions },
  { path: /^\/families$/, answer: (call) => list(call, call.state.catalog.families, familyAnswer, ({ code }) => `/families/${code}`) },
  { path: /^\/families\/([^/]+)\/variants$/, answer: listVariants },
  { path: /^\/system-information$/, answer: () => new JsonText(JSON.stringify({ version: '7.0.40', edition: 'CE' })) },
  { path: /^\/channels$/, answer: (call) => list(call, call.state.catalog.channels, channelAnswer, ({ code }) => `/channels/${code}`) },
  {
    path: /^\/association-types$/,
    answer: (call) =>
      list(
        call,
        call.state.catalog.associationTypes,
        (type) => type,
        ({ code }) => `/association-types/${code}`,
      ),
  },
  { path: /^\/locales$/, answer: listLocales },
  { path: /^\/currencies$/, answer: listCurrencies },
  { path: /^\/media-files\/(.+)\/download$/, answer: download },
];

function list<Record>(
  call: Call,
  records: readonly Record[],
  answer: (record: Record) => object,
  selfOf: (record: Record) => string,
): JsonText {
  return page(call, { records, textOf: (record) => JSON.stringify(answer(record)), selfOf });
}

function listAttributes(call: Call): JsonText {
  const matches = testOf<CatalogAttribute>(parseSearch(call.query.get('search')), {
    code: (criterion) => {
      const inside = inList('code', criterion);
      return ({ code }) => inside(code);
    },
    type: (criterion) => {
      if (criterion.operator !== 'IN') throw unsupported('type', criterion.operator);
      const inside = inList('type', criterion);
      return ({ type }) => inside(type);
    },
  });
  return list(call, call.state.catalog.attributes.filter(matches), attributeAnswer, ({ code }) => `/attributes/${code}`);
}

function listOptions(call: Call): JsonText {
  const [attribute = ''] = call.params;
  const known = call.state.catalog.attributes.find(({ code }) => code.toLowerCase() === attribute.toLowerCase());
  if (!known) throw notFound('Attribute', attribute);
  const options = [...call.state.options.values()].filter((option) => option.attribute.toLowerCase() === attribute.toLowerCase());
  const answer = ({ code, sortOrder, labels }: (typeof options)[number]) => ({
    code,
    attribute: known.code,
    sort_order: sortOrder,
    labels,
  });
  return list(call, options, answer, ({ code }) => `/attributes/${known.code}/options/${code}`);
}

function listVariants(call: Call): JsonText {
  const [family = ''] = call.params;
  if (!call.state.catalog.families.some(({ code }) => code.toLowerCase() === family.toLowerCase())) throw notFound('Family', family);
  const variants = call.state.catalog.familyVariants.filter((variant) => variant.family.toLowerCase() === family.toLowerCase());
  return list(call, variants, variantAnswer, ({ code }) => `/families/${family}/variants/${code}`);
}

/** Every locale there is, most of them not enabled. */
function listLocales(call: Call): JsonText {
  const active = new Set(call.state.catalog.channels.flatMap(({ locales }) => locales));
  const locales = call.state.catalog.locales.map((code) => ({ code, enabled: active.has(code) }));
  return listEnabled(call, locales, 'locales');
}

function listCurrencies(call: Call): JsonText {
  return listEnabled(call, call.state.catalog.currencies, 'currencies');
}

function listEnabled(call: Call, records: readonly Switched[], resource: string): JsonText {
  const matches = testOf(parseSearch(call.query.get('search')), switchedProperties);
  const sorted = records.filter(matches).sort((a, b) => (a.code < b.code ? -1 : 1));
  return list(
    call,
    sorted,
    ({ code, enabled }) => ({ code, enabled }),
    ({ code }) => `/${resource}/${code}`,
  );
}

interface Switched {
  readonly code: string;
  readonly enabled: boolean;
}

const switchedProperties: Properties<Switched> = {
  enabled: ({ operator, value }) => {
    if (operator !== '=') throw unsupported('enabled', operator);
    return ({ enabled }) => enabled === value;
  },
};

function attributeAnswer(attribute: CatalogAttribute): object {
  const { code, type, group, unique, localizable, scopable, decimals, unit, metricFamily, labels } = attribute;
  return {
    code,
    type,
    group,
    unique,
    localizable,
    scopable,
    labels,
    decimals_allowed:
      type === 'pim_catalog_number' || type === 'pim_catalog_metric' || type === 'pim_catalog_price_collection' ? decimals : null,
    metric_family: metricFamily,
    default_metric_unit: unit,
    ...(type === 'pim_catalog_identifier' ? { is_main_identifier: true } : {}),
  };
}

function familyAnswer({ code, attributes, attributeAsLabel, attributeAsImage, requirements, labels }: CatalogFamily): object {
  return {
    code,
    attributes,
    attribute_as_label: attributeAsLabel,
    attribute_as_image: attributeAsImage,
    attribute_requirements: requirements,
    labels,
  };
}

function variantAnswer({ code, labels, levels }: CatalogFamilyVariant): object {
  const sets = levels.map(({ axes, attributes }, index) => ({ level: index + 1, axes, attributes }));
  return { code, labels, variant_attribute_sets: sets };
}

function channelAnswer({ code, locales, currencies, tree, labels }: Call['state']['catalog']['channels'][number]): object {
  return { code, currencies, locales, category_tree: tree, conversion_units: {}, labels };
}

async function download({ state, params: [code = ''] }: Call): Promise<MediaFile> {
  const { folder } = state.catalog;
  const inside = normalize(code);
  const path = folder === null || inside.startsWith('..') ? null : join(folder, inside);
  if (path === null || !existsSync(path)) throw notFound('Media file', code);
  return new MediaFile(await readFile(path), mimeTypes[extname(path).toLowerCase()] ?? 'application/octet-stream');
}

const mimeTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.pdf': 'application/pdf',
};
