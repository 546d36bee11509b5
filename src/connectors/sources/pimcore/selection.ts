import { createHash } from 'node:crypto';
import { Misconfigured } from '../../contract/index.js';
import type { Needs } from '../../contract/index.js';
import type { Entity, Field } from './config.js';

/** One value of an answer: which attribute, for which locale (null: for all), and its name in the answer. */
export interface Selected {
  readonly alias: string;
  readonly code: string;
  readonly locale: string | null;
  readonly field: Field;
}

/** What is asked of every record of an entity. */
export interface Selection {
  /** What stands between the braces of a node. */
  readonly text: string;
  readonly values: readonly Selected[];
  /** Plain fields to hand over. */
  readonly plain: readonly string[];
  readonly inherits: boolean;
  /** Names it: a position belongs to the question it was answered to. */
  readonly fingerprint: string;
}

/**
 * Plain fields, and what they are in the schema. `key`, `fullpath` and `published` are there only if they were
 * added to the schema of the configuration. DataObjectType/PimcoreObjectType.php, DataObjectFieldHelper.php
 */
const plainFields = {
  id: 'id',
  key: 'key',
  fullpath: 'fullpath',
  published: 'published',
  classname: 'classname',
  objectType: 'objectType',
  index: 'index',
  creationDate: 'creationDate',
  modificationDate: 'modificationDate',
  parent: 'parent { ... on element { id } }',
  root: '',
  assets: '',
} as const;
type PlainField = keyof typeof plainFields;

/** Ancestors that are asked for. What inherits from further up has a version that does not tell of it. */
const levels = 6;

/** Whether an entity has all of this: a feed is also asked for what those need who only use it. */
export function hasAll({ fields: own }: Entity, { attributes, fields }: Needs): boolean {
  return (attributes ?? []).every((code) => Object.hasOwn(own, code)) && fields.every((name) => Object.hasOwn(plainFields, name));
}

/** Keys and versions, and no data. */
export function keysSelection(entity: Entity): Selection {
  return selection(entity, [], []);
}

/** What the mappings read and no more. Throws `Misconfigured` for what is not in `entities`. */
export function recordSelection(name: string, entity: Entity, needs: Needs): Selection {
  const codes = needs.attributes ?? Object.keys(entity.fields);
  const values = codes.flatMap((code, position): Selected[] => {
    const field = Object.hasOwn(entity.fields, code) ? entity.fields[code] : undefined;
    if (field === undefined) throw new Misconfigured(`a mapping reads values.${code}, which is not among entities.${name}.fields`);
    // No locale: Pimcore's default one.
    const locales = field.localized && needs.locales !== null && needs.locales.length > 0 ? needs.locales : [null];
    return locales.map((locale, index) => ({ alias: `v${position}_${index}`, code, locale, field }));
  });
  return selection(entity, values, needs.fields.map(plainField));
}

function plainField(name: string): PlainField {
  if (Object.hasOwn(plainFields, name)) return name as PlainField;
  const known = Object.keys(plainFields).join(', ');
  throw new Misconfigured(`a mapping reads ${name}, which Pimcore's objects do not have: ${known}, or values.<field>`);
}

function selection(entity: Entity, values: readonly Selected[], plain: readonly PlainField[]): Selection {
  const parts = new Set(['id', 'modificationDate', 'published', ...plain.map((name) => plainFields[name])]);
  if (entity.inherits) parts.add('fullpath').add(ancestors(entity.class, levels));
  const text = [...parts, ...values.map(valueText)].filter((part) => part !== '').join(' ');
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return { text, values, plain, inherits: entity.inherits, fingerprint };
}

/** Parents are read with the values they hand down, from one copy of each: such a version is never younger than its data. */
function ancestors(className: string, left: number): string {
  return left === 0 ? '' : `parent { ... on object_${className} { id modificationDate ${ancestors(className, left - 1)} } }`;
}

/** Arguments of fields are written out: Data Hub reads some from the query and not from its variables (AbstractFieldHelper::getArguments). */
function valueText({ alias, code, locale, field }: Selected): string {
  const language = locale === null ? '' : `(language: ${JSON.stringify(locale)})`;
  const own = `${alias}: ${field.field ?? code}`;
  const here = field.of === undefined ? language : '';
  switch (field.type) {
    case 'value':
      return own + here;
    case 'quantity':
      return `${own}${here} { value unit { id abbreviation } }`;
    case 'object':
      return `${own}${here} { ${(field.fields ?? []).join(' ')} }`;
    case 'relation': {
      const of = field.of === undefined ? '' : ` ... on object_${field.class} { of: ${field.of}${language} }`;
      return `${own}${here} { ... on element { id }${of} }`;
    }
    case 'asset':
      return `${own}${here} { ... on asset { ${assetText(field)} } }`;
    case 'image':
      return `${own}${here} { ${assetText(field)} }`;
    case 'hotspotimage':
    case 'gallery':
      return `${own}${here} { image { ${assetText(field)} } }`;
  }
}

/** Assets have no checksum in Data Hub's schema (AssetType/AssetType.php): their time and size stand for it. */
function assetText({ thumbnail }: Field): string {
  const path = thumbnail === undefined ? 'fullpath' : `fullpath(thumbnail: ${JSON.stringify(thumbnail)})`;
  return `id modificationDate filesize ${path}`;
}
