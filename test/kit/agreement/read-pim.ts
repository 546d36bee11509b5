import type { Labels, PimAttribute, PimRow, PimState } from './pim-state.js';

type Json = Readonly<Record<string, unknown>>;

export interface PimAccess {
  readonly url: string;
  readonly clientId: string;
  readonly secret: string;
  readonly username: string;
  readonly password: string;
}

const pictureAttributes = ['picture', 'image', 'variation_image'];

/** Reads an Akeneo PIM whole over its REST interface, with none of the program's code. */
export async function readPim(access: PimAccess): Promise<PimState> {
  const get = await signIn(access);
  const attributes = (await everything(get, '/attributes?limit=100')).map(attributeOf);
  const options = new Map<string, Map<string, Labels>>();
  const catalogue = (path: string) => everything(get, `${path}?pagination_type=search_after&limit=100&with_attribute_options=true`);
  const models = await catalogue('/product-models');
  const products = await catalogue('/products-uuid');
  for (const item of [...models, ...products]) collectOptions(item, options);
  const identifier = attributes.find((attribute) => attribute.type === 'identifier')?.code ?? 'sku';
  const skus = new Map(
    products.map((item) => [String(item.uuid), String((item.values as Record<string, RawValue[]>)[identifier]?.[0]?.data)]),
  );
  const rows = [
    ...models.map((item) => rowOf('model', item, identifier, skus)),
    ...products.map((item) => rowOf('product', item, identifier, skus)),
  ];
  const axes = new Map<string, string[]>();
  for (const family of await everything(get, '/families?limit=100')) {
    for (const variant of await everything(get, `/families/${encodeURIComponent(String(family.code))}/variants?limit=100`))
      axes.set(
        String(variant.code).toLowerCase(),
        (variant.variant_attribute_sets as { axes: string[] }[]).flatMap((set) => set.axes),
      );
  }
  const categories = (await everything(get, '/categories?limit=100')).map((item) => ({
    code: String(item.code),
    parent: item.parent === null ? null : String(item.parent),
    labels: item.labels as Labels,
  }));
  return { attributes, options, axes, categories, rows, files: await filesOf(get, rows) };
}

type Get = (path: string) => Promise<Response>;

async function signIn({ url, clientId, secret, username, password }: PimAccess): Promise<Get> {
  const answer = await fetch(`${url}/api/oauth/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', username, password }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return (path) => fetch(path.startsWith('http') ? path : `${url}/api/rest/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
}

async function everything(get: Get, path: string): Promise<Json[]> {
  const items: Json[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const answer: Response = await get(next);
    if (answer.status !== 200) throw new Error(`GET ${next} answered ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as { _embedded: { items: Json[] }; _links: { next?: { href: string } } };
    items.push(...page._embedded.items);
    next = page._links.next?.href;
  }
  return items;
}

function attributeOf(item: Json): PimAttribute {
  return {
    code: String(item.code),
    type: String(item.type).replace('pim_catalog_', ''),
    localizable: item.localizable === true,
    scopable: item.scopable === true,
    unit: typeof item.default_metric_unit === 'string' && item.default_metric_unit !== '' ? item.default_metric_unit : null,
  };
}

interface RawValue {
  readonly locale: string | null;
  readonly scope: string | null;
  readonly data: unknown;
  readonly linked_data?: Record<string, unknown>;
}

const valuesOf = (item: Json) => Object.entries(item.values as Readonly<Record<string, readonly RawValue[]>>);

function collectOptions(item: Json, options: Map<string, Map<string, Labels>>): void {
  for (const [attribute, values] of valuesOf(item)) {
    for (const { linked_data: linked } of values) {
      if (!linked) continue;
      const known = options.get(attribute.toLowerCase()) ?? new Map<string, Labels>();
      const found = typeof linked.code === 'string' ? [linked] : Object.values(linked);
      for (const option of found as { code: string; labels: Labels }[]) known.set(option.code.toLowerCase(), option.labels);
      options.set(attribute.toLowerCase(), known);
    }
  }
}

function rowOf(kind: PimRow['kind'], item: Json, identifier: string, skus: ReadonlyMap<string, string>): PimRow {
  const columns: Record<string, string> = {};
  for (const [code, values] of valuesOf(item)) for (const value of values) addColumns(columns, code, value);
  return {
    kind,
    code: kind === 'product' ? (columns[identifier] ?? '') : String(item.code),
    parent: typeof item.parent === 'string' ? item.parent : null,
    family: typeof item.family === 'string' ? item.family : null,
    familyVariant: typeof item.family_variant === 'string' ? item.family_variant : null,
    enabled: kind === 'model' || item.enabled === true,
    categories: item.categories as string[],
    associations: associationsOf(item, skus),
    columns,
  };
}

function associationsOf(item: Json, skus: ReadonlyMap<string, string>): PimRow['associations'] {
  const types = Object.entries(item.associations as Record<string, { products: string[]; product_models: string[] }>);
  return types.flatMap(([type, { products, product_models: models }]) =>
    [...products.flatMap((uuid) => skus.get(uuid) ?? []), ...models].map((code) => ({ type, code })),
  );
}

/** A value as the columns of an export. */
function addColumns(columns: Record<string, string>, code: string, { locale, scope, data }: RawValue): void {
  const name = [code, locale, scope].filter((part) => part !== null).join('-');
  if (typeof data === 'boolean') columns[name] = data ? '1' : '0';
  else if (Array.isArray(data) && data.every((one) => typeof one === 'string')) columns[name] = data.join(',');
  else if (Array.isArray(data))
    for (const { amount, currency } of data as { amount: string; currency: string }[]) columns[`${name}-${currency}`] = String(amount);
  else if (data !== null && typeof data === 'object') {
    const { amount, unit } = data as { amount: string | number; unit: string };
    columns[name] = String(amount);
    columns[`${name}-unit`] = unit;
  } else if (data !== null && data !== undefined) columns[name] = String(data as string | number);
}

async function filesOf(get: Get, rows: readonly PimRow[]): Promise<Set<string>> {
  const codes = new Set(rows.flatMap(({ columns }) => pictureAttributes.flatMap((code) => columns[code] ?? [])));
  const found = new Set<string>();
  for (const code of codes) {
    const answer = await get(`/media-files/${code.split('/').map(encodeURIComponent).join('/')}/download`);
    await answer.arrayBuffer();
    if (answer.status === 200) found.add(code);
  }
  return found;
}
