import { akeneoHarness, categories, productModels, products } from '../../../../test/kit/akeneo-source/index.js';
import type { AkeneoEntity } from '../../../../test/kit/akeneo-source/index.js';
import { describeSource } from '../../../../test/kit/describe-source/index.js';

const entities: readonly AkeneoEntity[] = [
  { name: 'product', path: /\/products-uuid/, attributes: ['name'], records: products },
  { name: 'product-model', path: /\/product-models/, attributes: ['name'], records: productModels },
  { name: 'category', path: /\/categories/, attributes: [], records: categories },
];

for (const entity of entities) describeSource(`akeneo, ${entity.name}`, () => akeneoHarness(entity));
