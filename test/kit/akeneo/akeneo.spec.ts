import { expectedShop, readCsv, readPim } from '../agreement/index.js';
import { realCatalogFolder } from '../catalog/index.js';
import { startAkeneo } from './index.js';
import type { Akeneo } from './index.js';

type Json = Readonly<Record<string, unknown>>;
interface Page {
  readonly _links: Readonly<Record<string, { readonly href: string }>>;
  readonly _embedded: { readonly items: readonly Json[] };
  readonly items_count?: number;
}

const folder = realCatalogFolder();
let pim: Akeneo;
let token: string;

beforeAll(async () => {
  pim = await startAkeneo({ catalog: folder });
  token = ((await (await signIn({ grant_type: 'password', username: 'admin', password: 'admin' })).json()) as { access_token: string })
    .access_token;
});
afterAll(() => pim.close());
afterEach(() => pim.faults.clear());

const signIn = (body: object, basic = 'client:secret') =>
  fetch(`${pim.url}/api/oauth/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = (path: string) =>
  fetch(path.startsWith('http') ? path : `${pim.url}/api/rest/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
const page = async (path: string): Promise<Page> => (await (await get(path)).json()) as Page;
const search = (filter: object) => `search=${encodeURIComponent(JSON.stringify(filter))}`;

describe('the stand-in Akeneo', () => {
  it('hands out, over its interface, exactly what the files of the export hold', async () => {
    const [byFiles, byPim] = [expectedShop(readCsv(folder)), expectedShop(await readPim({ url: pim.url, ...pim.credentials }))];
    expect(byPim.products.size).toBe(byFiles.products.size);
    for (const [sku, product] of byFiles.products) expect(byPim.products.get(sku)).toEqual(product);
    expect(byPim.categories).toEqual(byFiles.categories);
  });

  it('refuses wrong credentials with 422, and calls without a token with 401', async () => {
    expect((await signIn({ grant_type: 'password', username: 'admin', password: 'wrong' })).status).toBe(422);
    expect((await signIn({ grant_type: 'password', username: 'admin', password: 'admin' }, 'client:wrong')).status).toBe(422);
    expect((await signIn({ grant_type: 'refresh_token', refresh_token: 'made-up' })).status).toBe(422);
    expect((await fetch(`${pim.url}/api/rest/v1/products-uuid`)).status).toBe(401);
  });

  it('takes a refresh token once', async () => {
    const { refresh_token: refresh } = (await (
      await signIn({ grant_type: 'password', username: 'admin', password: 'admin' })
    ).json()) as Record<string, string>;
    expect((await signIn({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(200);
    expect((await signIn({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(422);
  });

  it('pages by its links through every product once, in the order of their uuids', async () => {
    const seen: string[] = [];
    for (let next: string | undefined = '/products-uuid?pagination_type=search_after&limit=100&attributes=sku'; next;) {
      const { _embedded, _links }: Page = await page(next);
      seen.push(..._embedded.items.map((item) => String(item.uuid)));
      next = _links.next?.href;
    }
    expect(seen).toEqual([...pim.state.products.keys()].sort());
  });

  it.each([
    ['/products-uuid?limit=101', 'You cannot request more than 100 items.'],
    ['/products-uuid?limit=100&page=101', 'You have reached the maximum number of pages'],
    ['/products-uuid?pagination_type=search_after&with_count=true', 'with_count'],
    ['/products-uuid?search=nonsense', 'valid JSON'],
    [`/products-uuid?${search({ updated: [{ operator: '>=', value: '2026-01-01 00:00:00' }] })}`, 'does not support operator'],
    [`/products-uuid?${search({ updated: [{ operator: '>', value: '2026-01-01' }] })}`, 'yyyy-mm-dd H:i:s'],
    ['/products-uuid?attributes=no_such_attribute', 'does not exist'],
    ['/products-uuid?locales=xx_XX', 'not activated'],
  ])('refuses %s with 422', async (path, message) => {
    const answer = await get(path);
    expect([answer.status, ((await answer.json()) as Json).message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('trims values to the attributes, locales and channel asked for, and answers option labels', async () => {
    const sku = [...pim.state.products.values()].find(({ values }) => values.description && values.brand)?.uuid ?? '';
    const uuids = search({ uuid: [{ operator: 'IN', value: [sku] }] });
    const { _embedded } = await page(
      `/products-uuid?attributes=description,brand&locales=de_DE&scope=print&with_attribute_options=true&${uuids}`,
    );
    const [{ values }] = _embedded.items as [
      { values: Record<string, { locale: string; scope: string; linked_data?: { labels: object } }[]> },
    ];
    expect(Object.keys(values).sort().join()).toMatch(/^(brand|brand,description)$/);
    for (const value of values.description ?? []) expect(value).toMatchObject({ locale: 'de_DE', scope: 'print' });
    expect(values.brand?.[0]?.linked_data?.labels).toBeDefined();
  });

  it('finds a variant by its own edit and by one of its models', async () => {
    const variant = [...pim.state.products.values()].find(({ parent }) => parent !== null);
    const since = () =>
      search({ updated: [{ operator: '>', value: new Date(pim.now() - 3_600_000).toISOString().slice(0, 19).replace('T', ' ') }] });
    expect((await page(`/products-uuid?limit=100&${since()}`))._embedded.items).toEqual([]);
    const [parent] = pim.state.ancestors(variant ?? { parent: null });
    pim.people.editModel(parent?.code ?? '', {});
    const found = await page(`/products-uuid?limit=100&${since()}`);
    expect(found._embedded.items.map((item) => item.uuid)).toContain(variant?.uuid);
  });

  it('answers 429 with Retry-After to the fifth concurrent call', async () => {
    pim.faults.add({ kind: 'delay', delayMs: 100, times: Infinity });
    const answers = await Promise.all(Array.from({ length: 5 }, () => get('/products-uuid?limit=1')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
  });

  it('refuses positions that expired', async () => {
    const { _links } = await page('/products-uuid?pagination_type=search_after&limit=10');
    pim.expirePositions();
    expect((await get(_links.next?.href ?? '')).status).toBe(422);
    expect((await get('/products-uuid?pagination_type=search_after&limit=10')).status).toBe(200);
  });

  it('hands out files, and 404 for one that is not there or lies outside', async () => {
    const [code = ''] = readCsv(folder).files;
    expect((await get(`/media-files/${code}/download`)).headers.get('content-type')).toMatch(/^image\//);
    expect((await get('/media-files/files/none.jpg/download')).status).toBe(404);
    expect((await get(`/media-files/${encodeURIComponent('../products.csv')}/download`)).status).toBe(404);
  });

  it('shows its own clock', async () => {
    const behind = await startAkeneo({ catalog: pim.state.catalog, clockOffsetMs: -180_000 });
    const answer = await fetch(`${behind.url}/api/rest/v1/channels`);
    expect(Date.parse(answer.headers.get('date') ?? '')).toBeLessThan(Date.now() - 170_000);
    await behind.close();
  });
});
