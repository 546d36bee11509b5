import type { SourceRecord } from '../../../src/connectors/contract/index.js';
import type { Akeneo } from '../akeneo/index.js';
import { uuidOf } from '../akeneo/state.js';

/** One of Akeneo's entities as the PIM's own people see it: records that show one text. */
export interface AkeneoRecords {
  keys(): readonly string[];
  add(text: string): string;
  edit(key: string, text: string): void;
  /** Gives a record another time of its last edit. */
  stamp(key: string, updated: number): void;
  remove(key: string): void;
  textOf(record: SourceRecord): string | null;
  /** JSON text of an item of the listing, of JSON texts. */
  item(key: string, text: string): string;
}

const named = (text: string) => ({ name: [{ locale: 'en_US', scope: null, data: text }] });
const nameOf = ({ values }: SourceRecord): string | null => {
  const data = values.name?.find(({ locale }) => locale === 'en_US')?.data;
  return typeof data === 'string' ? data : null;
};

/** What products and models have in common. */
const rest = (text: string) =>
  `"categories":[],"associations":{},"created":"2026-01-01T00:00:00+00:00","updated":"2026-01-01T00:00:00+00:00",` +
  `"values":{"name":[{"locale":"en_US","scope":null,"data":${text}}]}`;

export function products({ people, state }: Akeneo): AkeneoRecords {
  let added = 0;
  const find = (uuid: string) => {
    const product = state.products.get(uuid);
    if (!product) throw new Error(`the PIM has no product ${uuid}`);
    return product;
  };
  return {
    keys: () => [...state.products.keys()],
    add: (text) =>
      people.add({
        identifier: `added-${(added += 1)}`,
        enabled: true,
        parent: null,
        family: null,
        categories: [],
        groups: [],
        values: named(text),
        associations: {},
      }).uuid,
    edit: (uuid, text) => void people.edit(find(uuid).identifier, named(text)),
    stamp: (uuid, updated) => state.put({ ...find(uuid), updated }),
    remove: (uuid) => people.remove(find(uuid).identifier),
    textOf: nameOf,
    item: (key, text) => `{"uuid":${key},"enabled":true,"family":null,"parent":null,"groups":[],${rest(text)}}`,
  };
}

export function productModels({ people, state }: Akeneo): AkeneoRecords {
  let added = 0;
  return {
    keys: () => [...state.models.values()].map(({ code }) => code),
    add: (text) =>
      people.addModel({
        // Anywhere in the order of codes.
        code: uuidOf(`model ${(added += 1)}`),
        parent: null,
        family: 'shirts',
        familyVariant: 'shirt_color_size',
        categories: [],
        values: named(text),
        associations: {},
      }).code,
    edit: (code, text) => void people.editModel(code, named(text)),
    stamp: (code, updated) => {
      const model = state.model(code);
      if (model) state.putModel({ ...model, updated });
    },
    remove: (code) => people.removeModel(code),
    textOf: nameOf,
    item: (key, text) => `{"code":${key},"family":"shirts","family_variant":"shirt_color_size","parent":null,${rest(text)}}`,
  };
}

export function categories({ people, state }: Akeneo): AkeneoRecords {
  let added = 0;
  return {
    keys: () => [...state.categories.values()].map(({ code }) => code),
    add: (text) => people.addCategory({ code: `added_${(added += 1)}`, parent: null, labels: { en_US: text } }).code,
    edit: (code, text) => void people.editCategory(code, { labels: { en_US: text } }),
    stamp: (code, updated) => {
      const category = state.categories.get(code.toLowerCase());
      if (category) state.putCategory({ ...category, updated });
    },
    remove: (code) => people.removeCategory(code),
    textOf: ({ values }) => {
      const data = values.label?.find(({ locale }) => locale === 'en_US')?.data;
      return typeof data === 'string' ? data : null;
    },
    item: (key, text) => `{"code":${key},"parent":null,"updated":"2026-01-01T00:00:00+00:00","position":1,"labels":{"en_US":${text}}}`,
  };
}
