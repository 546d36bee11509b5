import { ROOT } from './categories.js';
import type { Call, Route } from './router.js';

export const storeRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/store/websites', answer: websites },
  { method: 'GET', path: '/V1/store/storeGroups', answer: groups },
  { method: 'GET', path: '/V1/store/storeViews', answer: views },
  { method: 'GET', path: '/V1/store/storeConfigs', answer: configs },
  { method: 'GET', path: '/V1/modules', answer: () => ['Magento_Store', 'Magento_Eav', 'Magento_Catalog', 'Magento_ConfigurableProduct'] },
];

function websites({ shop }: Call): unknown {
  const real = shop.stores.websiteIds.map((id) => ({ id, code: codeOf(id), name: `Website ${id}`, default_group_id: id }));
  return [{ id: 0, code: 'admin', name: 'Admin', default_group_id: 0 }, ...real];
}

function groups({ shop }: Call): unknown {
  const real = shop.stores.websiteIds.map((id) => ({
    id,
    website_id: id,
    root_category_id: ROOT,
    default_store_id: shop.stores.views.find(({ websiteId }) => websiteId === id)?.id ?? 0,
    name: `Store ${id}`,
    code: id === 1 ? 'main_website_store' : `store_${id}`,
  }));
  return [{ id: 0, website_id: 0, root_category_id: 0, default_store_id: 0, name: 'Default', code: 'default' }, ...real];
}

/** The admin scope is listed as well, as Magento does. */
function views({ shop }: Call): unknown {
  const real = shop.stores.views.map(({ id, code, name, websiteId }) => ({
    id,
    code,
    name,
    website_id: websiteId,
    store_group_id: websiteId,
    is_active: 1,
  }));
  return [{ id: 0, code: 'admin', name: 'Admin', website_id: 0, store_group_id: 0, is_active: 1 }, ...real];
}

function configs({ shop, query, origin }: Call): unknown {
  const wanted = [...query].filter(([name]) => name.startsWith('storeCodes')).map(([, value]) => value);
  return shop.stores.views
    .filter(({ code }) => wanted.length === 0 || wanted.includes(code))
    .map(({ id, code, websiteId, locale }) => ({
      id,
      code,
      website_id: websiteId,
      locale,
      base_currency_code: 'EUR',
      default_display_currency_code: 'EUR',
      timezone: 'UTC',
      weight_unit: 'kgs',
      ...Object.fromEntries(
        ['base_url', 'base_link_url', 'base_static_url', 'base_media_url'].flatMap((name) => [
          [name, addressOf(name, origin)],
          [`secure_${name}`, addressOf(name, origin)],
        ]),
      ),
    }));
}

function addressOf(name: string, origin: string): string {
  if (name === 'base_static_url') return `${origin}/static/`;
  return name === 'base_media_url' ? `${origin}/media/` : `${origin}/`;
}

function codeOf(id: number): string {
  return id === 1 ? 'base' : `website_${id}`;
}
