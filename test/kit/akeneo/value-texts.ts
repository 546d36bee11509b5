import type { CatalogAttribute, CatalogValue, CatalogValues } from '../catalog/index.js';
import type { PimState } from './state.js';
import type { Trim } from './trim.js';

type Texts = WeakMap<readonly CatalogValue[], string>;

/** So many different trims are remembered at one time. */
const remembered = 20;

/**
 * Values as JSON. The same lists of values stand in thousands of answers (variants share their model's,
 * copies of a catalogue each other's), and writing them was most of a page's work: they are written once.
 */
export class ValueTexts {
  #byTrim = new Map<string, Map<string, Texts>>();
  #optionEdits = 0;
  readonly #attributes: ReadonlyMap<string, CatalogAttribute>;

  constructor(
    private readonly state: PimState,
    /** For the links of media files. */
    private readonly origin: string,
  ) {
    this.#attributes = new Map(state.catalog.attributes.map((attribute) => [attribute.code, attribute]));
  }

  /** What is left of these values: an object by attribute; attributes without any are left out. */
  of(values: CatalogValues, trim: Trim): string {
    const known = this.#of(trim);
    const members: string[] = [];
    for (const code in values) {
      if (trim.attributes !== null && !trim.attributes.has(code.toLowerCase())) continue;
      const text = this.#listText(known, code, values[code] ?? [], trim);
      if (text !== '') members.push(text);
    }
    return `{${members.join(',')}}`;
  }

  #of(trim: Trim): Map<string, Texts> {
    if (this.#optionEdits !== this.state.optionEdits) this.#byTrim.clear();
    this.#optionEdits = this.state.optionEdits;
    const key = JSON.stringify([trim.locales === null ? null : [...trim.locales], trim.scope, trim.withOptions]);
    let known = this.#byTrim.get(key);
    if (!known) {
      if (this.#byTrim.size === remembered) this.#byTrim.clear();
      this.#byTrim.set(key, (known = new Map()));
    }
    return known;
  }

  #listText(known: Map<string, Texts>, code: string, list: readonly CatalogValue[], trim: Trim): string {
    let texts = known.get(code);
    if (!texts) known.set(code, (texts = new WeakMap()));
    let text = texts.get(list);
    if (text === undefined) texts.set(list, (text = this.#write(code, list, trim)));
    return text;
  }

  #write(code: string, list: readonly CatalogValue[], { locales, scope: asked, withOptions }: Trim): string {
    const kept = list.filter(
      ({ locale, scope }) =>
        (locales === null || locale === null || locales.has(locale)) && (asked === null || scope === null || scope === asked),
    );
    if (kept.length === 0) return '';
    const shown = kept.map(({ locale, scope, data }) => ({ locale, scope, data, ...this.#beside(code, data, withOptions) }));
    return `${JSON.stringify(code)}:${JSON.stringify(shown)}`;
  }

  /** `linked_data` of selects, `_links` of files. https://api.akeneo.com/concepts/products.html#the-linked_data-format */
  #beside(code: string, data: CatalogValue['data'], withOptions: boolean): object {
    switch (this.#attributes.get(code)?.type) {
      case 'pim_catalog_image':
      case 'pim_catalog_file':
        return { _links: { download: { href: `${this.origin}/api/rest/v1/media-files/${String(data)}/download` } } };
      case 'pim_catalog_simpleselect': {
        const linked = withOptions ? this.#option(code, String(data)) : null;
        return linked ? { linked_data: linked } : {};
      }
      case 'pim_catalog_multiselect': {
        if (!withOptions) return {};
        const linked = (data as readonly string[]).flatMap((option) => {
          const found = this.#option(code, option);
          return found ? [[option, found] as const] : [];
        });
        return linked.length > 0 ? { linked_data: Object.fromEntries(linked) } : {};
      }
      default:
        return {};
    }
  }

  #option(attribute: string, code: string): object | null {
    const option = this.state.option(attribute, code);
    return option ? { attribute: option.attribute, code: option.code, labels: option.labels } : null;
  }
}
