import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { repositoryRoot } from '../stand-in/index.js';

/** The real catalogue beside the repository where it is there (`PIM2SHOP_SHARED`, default `../shared`), else the bundled one. */
export function realCatalogFolder(): string {
  const shared = process.env.PIM2SHOP_SHARED ?? resolve(repositoryRoot(), '../shared');
  const real = join(shared, 'data/icecat');
  if (existsSync(join(real, 'products.csv'))) return real;
  console.info(`${real} is not there: the bundled catalogue is used in its place`);
  return bundledCatalogFolder();
}

export function bundledCatalogFolder(): string {
  return join(repositoryRoot(), 'demo/catalog');
}
