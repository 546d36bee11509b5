import { akeneoHarness, categories, productModels, products } from '../../../../test/kit/akeneo-source/index.js';
import type { AkeneoEntity } from '../../../../test/kit/akeneo-source/index.js';
import { describeHttpSource, describeNeeds, describeSignIn } from '../../../../test/kit/describe-source/index.js';

const product: AkeneoEntity = { name: 'product', path: /\/products-uuid/, attributes: ['name'], records: products };
const model: AkeneoEntity = { name: 'product-model', path: /\/product-models/, attributes: ['name'], records: productModels };
const category: AkeneoEntity = { name: 'category', path: /\/categories/, attributes: [], records: categories };

for (const entity of [product, model, category]) describeHttpSource(`akeneo, ${entity.name}`, () => akeneoHarness(entity));
for (const entity of [product, model]) describeNeeds(`akeneo, ${entity.name}`, () => akeneoHarness({ ...entity, attributes: null }));
describeSignIn('akeneo', () => akeneoHarness(product));
