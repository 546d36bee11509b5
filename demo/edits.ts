import type { Akeneo, Product } from '../test/kit/akeneo/index.js';

/** Something a person did in the PIM. */
export interface Edit {
  readonly sku: string;
  readonly kind: 'changed' | 'disabled' | 'added' | 'deleted';
  readonly what: string;
}

/** 25 changed, 2 disabled, 4 added; all of them simple products, so that each is one product of the shop. */
export function changeCatalogue(pim: Akeneo): Edit[] {
  const simple = enabledSimple(pim);
  if (simple.length < 34) throw new Error(`the demo needs 34 enabled simple products to change, and this catalogue has ${simple.length}`);
  return [
    ...simple.slice(0, 25).map((product, index) => change(pim, product, index)),
    ...simple.slice(25, 27).map((product) => disable(pim, product)),
    ...simple.slice(27, 31).map((product, index) => add(pim, product, index)),
  ];
}

/** Three that were not touched before are deleted: no delta can tell. */
export function removeProducts(pim: Akeneo, edits: readonly Edit[]): Edit[] {
  const touched = new Set(edits.map(({ sku }) => sku));
  const untouched = enabledSimple(pim).filter(({ identifier }) => !touched.has(identifier));
  return untouched.slice(0, 3).map(({ identifier }) => {
    pim.people.remove(identifier);
    return { sku: identifier, kind: 'deleted', what: 'deleted' };
  });
}

function enabledSimple(pim: Akeneo): Product[] {
  return pim.state.sorted.products.filter(({ parent, enabled }) => parent === null && enabled);
}

/** By turns a new name, a new price and a new description. */
function change(pim: Akeneo, { identifier, values }: Product, index: number): Edit {
  const attributes = [nameEdit(pim, identifier), priceEdit(index), descriptionEdit(pim, identifier)];
  const { what, edits } = attributes[index % 3] ?? nameEdit(pim, identifier);
  pim.people.edit(identifier, Object.fromEntries(Object.entries(edits).map(([code, value]) => [code, merge(values[code] ?? [], value)])));
  return { sku: identifier, kind: 'changed', what };
}

type Value = Product['values'][string][number];

function nameEdit(pim: Akeneo, identifier: string): { what: string; edits: Record<string, Value> } {
  const name = pim.state.catalog.attributes.find(({ code }) => code === 'name');
  const value = { locale: name?.localizable ? 'en_US' : null, scope: name?.scopable ? 'print' : null, data: `Renamed ${identifier}` };
  return { what: 'a new name', edits: { name: value } };
}

function priceEdit(index: number): { what: string; edits: Record<string, Value> } {
  const data = [
    { amount: `${20 + index}.90`, currency: 'EUR' },
    { amount: `${22 + index}.90`, currency: 'USD' },
  ];
  return { what: `a new price, ${20 + index}.90 EUR`, edits: { price: { locale: null, scope: null, data } } };
}

function descriptionEdit(pim: Akeneo, identifier: string): { what: string; edits: Record<string, Value> } {
  const description = pim.state.catalog.attributes.find(({ code }) => code === 'description');
  const value = {
    locale: description?.localizable ? 'de_DE' : null,
    scope: description?.scopable ? 'print' : null,
    data: `Neu beschrieben: ${identifier}`,
  };
  return { what: 'a new description in German', edits: { description: value } };
}

/** One value among those of other locales and channels. */
function merge(values: readonly Value[], value: Value): Value[] {
  return [...values.filter(({ locale, scope }) => locale !== value.locale || scope !== value.scope), value];
}

function disable(pim: Akeneo, { identifier }: Product): Edit {
  pim.people.disable(identifier);
  return { sku: identifier, kind: 'disabled', what: 'disabled' };
}

/** A product like another one, under a SKU of its own. */
function add(pim: Akeneo, model: Product, index: number): Edit {
  const identifier = `demo-new-${index + 1}`;
  const attribute = pim.state.catalog.attributes.find(({ type }) => type === 'pim_catalog_identifier')?.code ?? 'sku';
  pim.people.add({ ...model, identifier, values: { ...model.values, [attribute]: [{ locale: null, scope: null, data: identifier }] } });
  return { sku: identifier, kind: 'added', what: `added, like ${model.identifier}` };
}
