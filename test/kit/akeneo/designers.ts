import type { CatalogFamily, CatalogFamilyVariant, CatalogValue, CatalogValues, Labels } from '../catalog/index.js';
import type { Model, PimState, Product } from './state.js';

/** What those do who shape the catalogue. Nothing of it moves the time of the last edit of a product or model, as in Akeneo. */
export class Designers {
  constructor(private readonly state: PimState) {}

  editFamily(code: string, changes: Partial<Omit<CatalogFamily, 'code'>>): void {
    this.#family(code);
    this.state.reshape({ families: this.state.catalog.families.map((one) => (same(one.code, code) ? { ...one, ...changes } : one)) });
  }

  addFamily(family: CatalogFamily): void {
    this.state.reshape({ families: [...this.state.catalog.families, family] });
  }

  /** The values go with the attribute: a job takes them off (RemoveAttributesFromFamily, computeFamilyVariantStructureChanges). */
  removeFromFamily(code: string, attribute: string): void {
    const family = this.#family(code);
    const left = (codes: readonly string[]) => codes.filter((one) => !same(one, attribute));
    this.editFamily(code, {
      attributes: left(family.attributes),
      requirements: Object.fromEntries(Object.entries(family.requirements).map(([channel, codes]) => [channel, left(codes)])),
    });
    this.#eachValue(
      (list, one) => !same(one, attribute) || list.length === 0,
      (record) => record.family !== null && same(record.family, code),
    );
  }

  /** Axes cannot be changed afterwards: https://api.akeneo.com/api-reference.html#patch_families__family_code__variants__code__ */
  addFamilyVariant(variant: CatalogFamilyVariant): void {
    this.state.reshape({ familyVariants: [...this.state.catalog.familyVariants, variant] });
  }

  relabelOption(attribute: string, code: string, labels: Labels): void {
    const option = this.state.option(attribute, code);
    if (!option) throw new Error(`the PIM has no option ${attribute} ${code}`);
    this.state.putOption({ ...option, labels: { ...option.labels, ...labels } });
  }

  addOption(attribute: string, code: string, labels: Labels): void {
    this.state.putOption({ attribute, code, sortOrder: 99, labels });
  }

  /** A job takes it off what has it (RemoveNonExistingProductValuesTasklet): nobody saves a product for that. */
  removeOption(attribute: string, code: string): void {
    this.state.removeOption(attribute, code);
    this.#mapValues((list, one) => (same(one, attribute) ? withoutOption(list, code) : list));
  }

  /** Its values are filtered when they are read (NonExistentChannelLocaleValuesFilter): that is the same as gone. */
  deactivateLocale(locale: string): void {
    const channels = this.state.catalog.channels.map((one) => ({ ...one, locales: one.locales.filter((code) => code !== locale) }));
    this.state.reshape({ channels });
    this.#mapValues((list) => list.filter((value) => value.locale !== locale));
  }

  removeChannel(channel: string): void {
    this.state.reshape({ channels: this.state.catalog.channels.filter(({ code }) => code !== channel) });
    this.#mapValues((list) => list.filter((value) => value.scope !== channel));
  }

  #family(code: string): CatalogFamily {
    const family = this.state.catalog.families.find((one) => same(one.code, code));
    if (!family) throw new Error(`the PIM has no family ${code}`);
    return family;
  }

  #eachValue(keeps: (list: readonly CatalogValue[], attribute: string) => boolean, of: (record: Product | Model) => boolean): void {
    this.#mapValues((list, attribute) => (keeps(list, attribute) ? list : []), of);
  }

  #mapValues(
    map: (list: readonly CatalogValue[], attribute: string) => readonly CatalogValue[],
    of: (record: Product | Model) => boolean = () => true,
  ): void {
    const mapped = (values: CatalogValues): CatalogValues =>
      Object.fromEntries(
        Object.entries(values).flatMap(([code, list]) => {
          const left = map(list, code);
          return left.length > 0 ? [[code, left] as const] : [];
        }),
      );
    for (const product of [...this.state.products.values()].filter(of)) this.state.put({ ...product, values: mapped(product.values) });
    for (const model of [...this.state.models.values()].filter(of)) this.state.putModel({ ...model, values: mapped(model.values) });
  }
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function withoutOption(list: readonly CatalogValue[], option: string): readonly CatalogValue[] {
  return list.flatMap((value) => {
    const { data } = value;
    if (typeof data === 'string') return same(data, option) ? [] : [value];
    if (!Array.isArray(data)) return [value];
    const left = (data as readonly string[]).filter((code) => !same(code, option));
    return left.length > 0 ? [{ ...value, data: left }] : [];
  });
}
