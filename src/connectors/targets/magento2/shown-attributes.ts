import type { JsonObject } from '../../contract/index.js';
import type { JsonValue } from '../../../model/json.js';
import { asList } from './json.js';
import { anyOf, inLists } from './shop-api.js';
import type { ShopApi } from './shop-api.js';

interface Shown {
  readonly input: string;
  readonly userDefined: boolean;
  /** Option id → label in the default scope. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Pictures have roles as values, which are no part of a document. */
const pictures = new Set(['media_image', 'gallery']);

/** Attributes as they are now, to say a stored value as a document would. */
export class ShownAttributes {
  private constructor(
    private readonly attributes: ReadonlyMap<string, Shown>,
    /** Store view → attribute → option id → label there. */
    private readonly views: ReadonlyMap<string, ReadonlyMap<string, Shown>>,
  ) {}

  static async read(api: ShopApi, codes: ReadonlySet<string>, views: ReadonlySet<string>, signal: AbortSignal): Promise<ShownAttributes> {
    const attributes = await readAttributes(api, 'all', [...codes], signal);
    const withOptions = [...attributes].flatMap(([code, { labels }]) => (labels.size > 0 ? [code] : []));
    const labels = new Map<string, ReadonlyMap<string, Shown>>();
    for (const view of views) labels.set(view, await readAttributes(api, view, withOptions, signal));
    return new ShownAttributes(attributes, labels);
  }

  /** Undefined where it is no attribute that a document could fill. */
  valueOf(code: string, value: JsonValue): JsonValue | undefined {
    const attribute = this.attributes.get(code);
    if (attribute === undefined || pictures.has(attribute.input)) return undefined;
    const text = String(value);
    switch (attribute.input) {
      case 'select':
        return attribute.userDefined ? this.#option(code, attribute, text) : numberIn(text);
      case 'multiselect':
        return text.split(',').map((id) => this.#option(code, attribute, id));
      case 'boolean':
      case 'price':
      case 'weight':
        return numberIn(text);
      case 'date':
        return text.replace(/ 00:00:00$/, '');
      default:
        return value;
    }
  }

  /** An option that is not there any more is told by its id. */
  #option(code: string, { labels }: Shown, id: string): JsonValue {
    const label = labels.get(id);
    if (label === undefined) return id;
    const there = [...this.views].flatMap(([view, attributes]) => {
      const text = attributes.get(code)?.labels.get(id);
      return text === undefined ? [] : [[view, text] as const];
    });
    return { $option: { attribute: code, label, labels: Object.fromEntries(there) } };
  }
}

/** Decimals come with six digits behind the point. */
function numberIn(text: string): JsonValue {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

async function readAttributes(
  api: ShopApi,
  store: string,
  codes: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Shown>> {
  const found = new Map<string, Shown>();
  for (const list of inLists(codes))
    for (const item of await api.search(store, '/products/attributes', anyOf('attribute_code', list), signal))
      found.set(String(item.attribute_code), shownAttribute(item));
  return found;
}

function shownAttribute(item: JsonObject): Shown {
  return {
    input: String(item.frontend_input),
    userDefined: item.is_user_defined === true,
    labels: new Map(asList(item.options).flatMap(({ value, label }) => (value === '' ? [] : [[String(value), String(label)]]))),
  };
}
