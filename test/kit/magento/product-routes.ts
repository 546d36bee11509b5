import { addChild, addOption, configurable, findOption, optionAnswer, removeChild, removeOption, updateOption } from './configurables.js';
import { MagentoError, notFound, refused, requiredField } from './magento-error.js';
import { mediaAnswer } from './media-gallery.js';
import { childAnswer, productAnswer } from './product-answer.js';
import type { ConfigurableOptionData, MediaEntryData, Product, ProductData, ProductLinkData } from './product.js';
import type { Call, Route } from './router.js';
import { saveProduct } from './save-product.js';
import { searchProducts } from './search-products.js';

export const productRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/products', answer: searchProducts },
  { method: 'POST', path: '/V1/products', answer: save },
  { method: 'GET', path: '/V1/products/:sku', answer: read },
  { method: 'PUT', path: '/V1/products/:sku', answer: save },
  { method: 'DELETE', path: '/V1/products/:sku', answer: remove },
  { method: 'GET', path: '/V1/products/:sku/links/:type', answer: listLinks },
  { method: 'POST', path: '/V1/products/:sku/links', answer: addLinks },
  { method: 'DELETE', path: '/V1/products/:sku/links/:type/:linked', answer: removeLink },
  { method: 'GET', path: '/V1/products/:sku/media', answer: listMedia },
  { method: 'POST', path: '/V1/products/:sku/media', answer: addMedia },
  { method: 'GET', path: '/V1/products/:sku/media/:entry', answer: readMedia },
  { method: 'PUT', path: '/V1/products/:sku/media/:entry', answer: updateMedia },
  { method: 'DELETE', path: '/V1/products/:sku/media/:entry', answer: removeMedia },
  { method: 'POST', path: '/V1/configurable-products/:sku/options', answer: createOption },
  { method: 'GET', path: '/V1/configurable-products/:sku/options/all', answer: listOptions },
  { method: 'GET', path: '/V1/configurable-products/:sku/options/:id', answer: readOption },
  { method: 'PUT', path: '/V1/configurable-products/:sku/options/:id', answer: changeOption },
  { method: 'DELETE', path: '/V1/configurable-products/:sku/options/:id', answer: deleteOption },
  { method: 'GET', path: '/V1/configurable-products/:sku/children', answer: listChildren },
  { method: 'POST', path: '/V1/configurable-products/:sku/child', answer: attachChild },
  { method: 'DELETE', path: '/V1/configurable-products/:sku/children/:child', answer: detachChild },
];

/**
 * POST and PUT alike. The SKU in a PUT's path stands in for the one in the body only where `product`
 * is the body's single key (ParamsOverrider); so a rename needs `id`, the new SKU and a second key
 * such as `saveOptions`, and a PUT with a second key but no `id` creates where the body's SKU is new.
 */
function save({ shop, body, params, storeId }: Call): unknown {
  if (!body.product) throw requiredField('product');
  const data = body.product as ProductData;
  const sku = params.sku !== undefined && Object.keys(body).length === 1 ? params.sku : data.sku;
  return productAnswer(shop, saveProduct(shop, { ...data, sku }, storeId), storeId);
}

function read({ shop, params, storeId }: Call): unknown {
  return productAnswer(shop, shop.products.get(params.sku as string), storeId);
}

function remove({ shop, params }: Call): unknown {
  shop.products.remove(params.sku as string);
  return true;
}

function listLinks({ shop, params }: Call): unknown {
  const product = shop.products.get(params.sku as string);
  const links = productAnswer(shop, product, 0).product_links as { link_type: string }[];
  return links.filter(({ link_type }) => link_type === params.type);
}

/** Adds to the links there are; one to the same product is replaced. */
function addLinks(call: Call): unknown {
  const items = call.body.items as ProductLinkData[] | undefined;
  if (!items) throw requiredField('items');
  const product = call.shop.products.get(call.params.sku as string);
  const before = (productAnswer(call.shop, product, 0).product_links as ProductLinkData[]).filter(
    (link) => !items.some((item) => item.link_type === link.link_type && item.linked_product_sku === link.linked_product_sku),
  );
  saveProduct(call.shop, { sku: product.sku, product_links: [...before, ...items] }, 0);
  return true;
}

function removeLink({ shop, params }: Call): unknown {
  const product = shop.products.get(params.sku as string);
  const linked = shop.products.get(params.linked as string);
  const rest = product.links.filter(({ type, linked: id }) => type !== params.type || id !== linked.id);
  if (rest.length === product.links.length) {
    throw new MagentoError(404, "Product %1 doesn't have linked %2 as %3", [product.sku, linked.sku, params.type]);
  }
  product.links = rest;
  product.writes += 1;
  return true;
}

function listMedia({ shop, params, storeId }: Call): unknown {
  return shop.products.get(params.sku as string).media.map((entry) => mediaAnswer(entry, storeId));
}

function addMedia({ shop, params, body, storeId }: Call): unknown {
  const product = shop.products.get(params.sku as string);
  const before = new Set(product.media.map(({ id }) => id));
  const kept = product.media.map(({ id }) => ({ id }));
  const saved = saveProduct(shop, { sku: product.sku, media_gallery_entries: [...kept, { ...entryIn(body), id: null }] }, storeId);
  const added = saved.media.find(({ id }) => !before.has(id));
  if (!added) throw refused('The new media gallery entry failed to save.');
  return added.id;
}

function readMedia({ shop, params, storeId }: Call): unknown {
  const entry = shop.products.get(params.sku as string).media.find(({ id }) => id === Number(params.entry));
  if (!entry) throw notFound("The image doesn't exist. Verify and try again.");
  return mediaAnswer(entry, storeId);
}

/** `content` in it makes a new entry in the place of the old one. */
function updateMedia({ shop, params, body, storeId }: Call): unknown {
  const product = shop.products.get(params.sku as string);
  const id = Number(params.entry);
  checkEntry(product, id);
  const data = { ...entryIn(body), id };
  const entries = product.media.map((entry) => (entry.id !== id ? { id: entry.id } : data.content ? { ...data, id: null } : data));
  saveProduct(shop, { sku: product.sku, media_gallery_entries: entries }, storeId);
  return true;
}

function removeMedia({ shop, params, storeId }: Call): unknown {
  const product = shop.products.get(params.sku as string);
  checkEntry(product, Number(params.entry));
  const rest = product.media.filter(({ id }) => id !== Number(params.entry)).map(({ id }) => ({ id }));
  saveProduct(shop, { sku: product.sku, media_gallery_entries: rest }, storeId);
  return true;
}

function checkEntry({ media }: Product, id: number): void {
  if (!media.some((entry) => entry.id === id)) throw notFound('No image with the provided ID was found. Verify the ID and try again.');
}

function entryIn(body: Call['body']): MediaEntryData {
  if (!body.entry) throw requiredField('entry');
  return body.entry as MediaEntryData;
}

function createOption({ shop, params, body }: Call): unknown {
  return addOption(shop, params.sku as string, optionIn(body));
}

function changeOption({ shop, params, body }: Call): unknown {
  return updateOption(shop, params.sku as string, Number(params.id), optionIn(body));
}

function listOptions({ shop, params }: Call): unknown {
  const product = configurable(shop, params.sku as string);
  return product.options.map((option) => optionAnswer(product, option));
}

function readOption({ shop, params }: Call): unknown {
  return optionAnswer(shop.products.get(params.sku as string), findOption(shop, params.sku as string, Number(params.id)));
}

function deleteOption({ shop, params }: Call): unknown {
  removeOption(shop, params.sku as string, Number(params.id));
  return true;
}

/** Empty, and no error, for a product of another type. */
function listChildren({ shop, params, storeId }: Call): unknown {
  const product = shop.products.get(params.sku as string);
  if (product.typeId !== 'configurable') return [];
  return product.children.flatMap((id) => {
    const child = shop.products.byId(id);
    return child ? [childAnswer(shop, child, storeId)] : [];
  });
}

function attachChild({ shop, params, body }: Call): unknown {
  if (typeof body.childSku !== 'string') throw requiredField('childSku');
  addChild(shop, params.sku as string, body.childSku);
  return true;
}

function detachChild({ shop, params }: Call): unknown {
  removeChild(shop, params.sku as string, params.child as string);
  return true;
}

function optionIn(body: Call['body']): ConfigurableOptionData {
  if (!body.option) throw requiredField('option');
  return body.option as ConfigurableOptionData;
}
