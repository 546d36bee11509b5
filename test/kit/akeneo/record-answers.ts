import type { CatalogAssociations } from '../catalog/index.js';
import { completenessOf } from './completeness.js';
import type { Call } from './route.js';
import type { Category, Model, PimState, Product } from './state.js';
import type { Trim } from './trim.js';

/** JSON of a product. A variant shows what it inherits; values that are empty are left out. */
export function productText({ state, texts }: Call, product: Product, trim: Trim): string {
  const { values, categories, associations } = state.shown(product);
  return withValues(texts.of(values, trim), {
    uuid: product.uuid,
    enabled: product.enabled,
    family: product.family,
    categories,
    groups: product.groups,
    parent: state.model(product.parent)?.code ?? null,
    created: dateText(product.created),
    updated: dateText(product.updated),
    associations: associationsByUuid(state, associations),
    quantified_associations: {},
    ...(trim.withCompleteness ? { completenesses: completenessOf(state, product, trim) } : {}),
  });
}

export function modelText({ state, texts }: Call, model: Model, trim: Trim): string {
  const { values, categories, associations } = state.shown(model);
  return withValues(texts.of(values, trim), {
    code: model.code,
    family: model.family,
    family_variant: model.familyVariant,
    parent: state.model(model.parent)?.code ?? null,
    categories,
    created: dateText(model.created),
    updated: dateText(model.updated),
    associations: associationsByUuid(state, associations),
    quantified_associations: {},
  });
}

export function categoryText(state: PimState, category: Category, withPosition: boolean): string {
  return JSON.stringify({
    code: category.code,
    parent: category.parent,
    updated: dateText(category.updated),
    ...(withPosition ? { position: positionOf(state, category) } : {}),
    labels: category.labels,
  });
}

function withValues(values: string, rest: object): string {
  return `${JSON.stringify(rest).slice(0, -1)},"values":${values}}`;
}

function positionOf(state: PimState, category: Category): number {
  const siblings = [...state.categories.values()].filter(({ parent }) => parent === category.parent);
  return siblings.indexOf(category) + 1;
}

function associationsByUuid(state: PimState, associations: CatalogAssociations): object {
  const answer: { [type: string]: object } = {};
  for (const { code } of state.catalog.associationTypes) answer[code] = { products: [], product_models: [], groups: [] };
  for (const type in associations) {
    const { products = [], product_models: models = [], groups = [] } = associations[type] ?? {};
    answer[type] = {
      products: products.flatMap((identifier) => state.uuid(identifier) ?? []),
      product_models: models.flatMap((code) => state.model(code)?.code ?? []),
      groups,
    };
  }
  return answer;
}

/** Whole seconds with an offset. */
export function dateText(time: number): string {
  return `${new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19)}+00:00`;
}
