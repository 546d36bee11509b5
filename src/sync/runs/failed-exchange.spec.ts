import { Secrets } from '../../logging/secrets.js';
import { failedExchange } from './failed-exchange.js';

const secrets = new Secrets();
secrets.add('c4nary-secret');
const hide = (text: string): string => secrets.hide(text);
const document = {
  ...{ operation: 'write', resource: 'product', store: 'all' },
  fields: { sku: 'A', 'custom_attributes.colour': 'red', price: 'wrong', stock_item: { qty: 1 } },
};

it('has the field that is blamed, however the shop calls it', () => {
  const fieldsFor = (field: string | null) => (failedExchange(document, field, undefined, hide).request as { fields: object }).fields;
  expect(fieldsFor('price')).toEqual({ price: '"wrong"' });
  expect(fieldsFor('colour')).toEqual({ 'custom_attributes.colour': '"red"' });
  expect(fieldsFor('stock_item.qty')).toEqual({ stock_item: '{"qty":1}' });
  expect(Object.keys(fieldsFor('unheard_of'))).toEqual(Object.keys(document.fields));
  expect(Object.keys(fieldsFor(null))).toEqual(Object.keys(document.fields));
});

it('hides secrets by key and by value before it cuts anything', () => {
  const padding = 'x'.repeat(990);
  const context = failedExchange(
    { ...document, fields: { apiToken: 'anything', note: `${'y'.repeat(292)}c4nary-secret` } },
    null,
    { request: 'PUT /x?access_token=abcdef', status: 400, answer: `${padding}c4nary-secret, and {"password":"hunter22"}` },
    hide,
  );
  const text = JSON.stringify(context);
  expect(text).toContain('***');
  for (const secret of ['anything', 'c4nary', 'abcdef', 'hunter22']) expect([secret, text.includes(secret)]).toEqual([secret, false]);
});

it('is bounded, however much was sent and answered', () => {
  const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field_${n}`, 'z'.repeat(5_000)]));
  const context = failedExchange({ ...document, fields }, null, { request: 'r'.repeat(9_000), answer: 'a'.repeat(100_000) }, hide);
  expect(JSON.stringify(context).length).toBeLessThan(4_500);
});
