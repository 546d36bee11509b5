import { attribute, compiled, documents, fieldsOf, record, structure, value } from '../../test/kit/mapping/scene.js';

const pim = structure([
  attribute('name', 'text'),
  attribute('title', 'text', { localizable: true }),
  attribute('text', 'textarea', { localizable: true, scopable: true }),
  attribute('price', 'price'),
  attribute('color', 'select'),
  attribute('mood', 'select', { localizable: true }),
]);

describe('a compiled mapping', () => {
  it('takes values for exactly the locale and channel of the scope', () => {
    const pipeline = compiled('fields:\n  text: { from: values.text }', { structure: pim });
    const wrong = [value('mobile', { locale: 'en_US', channel: 'mobile' }), value('all', { locale: 'en_US' }), value('none')];
    expect(fieldsOf(pipeline.map(record({}, { text: wrong })))).toEqual({ all: {}, de: {} });
    const right = [...wrong, value('print', { locale: 'en_US', channel: 'print' }), value('Druck', { locale: 'de_DE', channel: 'print' })];
    expect(fieldsOf(pipeline.map(record({}, { text: right })))).toEqual({ all: { text: 'print' }, de: { text: 'Druck' } });
  });

  it('puts into an inheriting document only what exists there and differs', () => {
    const pipeline = compiled('fields:\n  title: { from: values.title, default: none, required: true }\n  name: { from: values.name }', {
      structure: pim,
    });
    const titles = (en: string | null, de: string | null) => [value(en, { locale: 'en_US' }), value(de, { locale: 'de_DE' })];
    const both = (en: string | null, de: string | null) =>
      fieldsOf(pipeline.map(record({}, { title: titles(en, de), name: [value('n')] })));
    expect(both('Chair', 'Stuhl')).toEqual({ all: { title: 'Chair', name: 'n' }, de: { title: 'Stuhl' } });
    expect(both('Chair', 'Chair').de).toEqual({});
    expect(both('Chair', null).de).toEqual({});
    expect(both(null, 'Stuhl')).toEqual({ all: { title: 'none', name: 'n' }, de: { title: 'Stuhl' } });
  });

  it('names the base document in an inheriting one, and writes keys as resource, store, locale, entity', () => {
    const { all, de } = documents(compiled('fields:\n  a: { value: 1 }').map(record({}, {}, 'u-1')));
    expect([all?.key, all?.baseKey, de?.key, de?.baseKey]).toEqual([
      'product:all:en_US:u-1',
      null,
      'product:de:de_DE:u-1',
      'product:all:en_US:u-1',
    ]);
  });

  it('shows the base rather than a later alternative in an inheriting store', () => {
    const pipeline = compiled('fields:\n  name: { from: [values.title, values.name, identifier] }', { structure: pim });
    const mapped = pipeline.map(record({ identifier: 'SKU-1' }, { title: [value('Chair', { locale: 'en_US' })] }));
    expect(fieldsOf(mapped)).toEqual({ all: { name: 'Chair' }, de: {} });
    const german = pipeline.map(record({ identifier: 'SKU-1' }, { title: [value('Stuhl', { locale: 'de_DE' })] }));
    expect(fieldsOf(german)).toEqual({ all: { name: 'SKU-1' }, de: { name: 'Stuhl' } });
  });

  it('lets a scope inherit from one that inherits', () => {
    const scopes =
      'pipeline: p\nsource: { connection: a, entity: b }\ntarget: { connection: c, resource: product }\nscopes:\n  - { store: at, inherits: de, locale: fr_FR }\n  - { store: de, inherits: all, locale: de_DE }\n  - { store: all, locale: en_US }\n';
    const pipeline = compiled(`${scopes}fields:\n  title: { from: [values.title, identifier] }`, { structure: pim });
    expect(pipeline.scopes.map((scope) => scope.store)).toEqual(['all', 'de', 'at']);
    const title = [value('Chair', { locale: 'en_US' }), value('Stuhl', { locale: 'de_DE' }), value('Stuhl', { locale: 'fr_FR' })];
    expect(fieldsOf(pipeline.map(record({ identifier: 'S' }, { title })))).toEqual({
      all: { title: 'Chair' },
      de: { title: 'Stuhl' },
      at: {},
    });
    const one = pipeline.map(record({ identifier: 'S' }, { title: [value('Chair', { locale: 'en_US' })] }));
    expect(fieldsOf(one)).toEqual({ all: { title: 'Chair' }, de: {}, at: {} });
  });

  it('takes the price in the currency of the scope', () => {
    const pipeline = compiled(
      "fields:\n  price: { from: values.price, number: 2, default: 0, note: { code: no_price, message: 'none in {currency}' } }",
      { structure: pim },
    );
    const prices = (...list: unknown[]) => pipeline.map(record({}, { price: [value(list)] }));
    const usd = { amount: '9.00', currency: 'USD' };
    expect(fieldsOf(prices(usd, { amount: '12.50', currency: 'EUR' })).all).toEqual({ price: 12.5 });
    expect(prices(usd)).toMatchObject({
      documents: [{ fields: { price: 0 } }, { fields: {} }],
      notes: [{ field: 'price', code: 'no_price', message: 'none in EUR' }],
    });
    expect(prices({ amount: null, currency: 'EUR' })).toMatchObject({ notes: [{ code: 'no_price' }] });
  });

  it('labels options alike in all scopes, in every store by its own locale', () => {
    const pipeline = compiled('fields:\n  mood: { from: values.mood, option: mood }', { structure: pim });
    const labels = { calm: { en_US: 'Calm', de_DE: 'Ruhig' }, wild: { en_US: 'Wild' } };
    const mapped = pipeline.map(
      record({}, { mood: [value('calm', { locale: 'en_US', labels }), value('calm', { locale: 'de_DE', labels })] }),
    );
    expect(fieldsOf(mapped)).toEqual({ all: { mood: { $option: { attribute: 'mood', label: 'Calm', labels: { de: 'Ruhig' } } } }, de: {} });
    const other = pipeline.map(
      record({}, { mood: [value('calm', { locale: 'en_US', labels }), value('WILD', { locale: 'de_DE', labels })] }),
    );
    expect(fieldsOf(other).de).toEqual({ mood: { $option: { attribute: 'mood', label: 'Wild', labels: { de: 'Wild' } } } });
  });

  it('collects the references of each document once', () => {
    const file = 'fields:\n  parent: { from: parent, ref: things, strong: true }\n  links: { from: links, each: { ref: things } }';
    const { all, de } = documents(compiled(file).map(record({ parent: 'p', links: ['a', 'b', 'a', ''] })));
    expect(all?.references).toEqual([
      { pipeline: 'things', key: 'p', strength: 'strong' },
      { pipeline: 'things', key: 'a', strength: 'weak' },
      { pipeline: 'things', key: 'b', strength: 'weak' },
    ]);
    expect(all?.fields.links).toHaveLength(2);
    expect(de?.references).toEqual([]);
  });

  it('excludes what `when` does not fit, and says why', () => {
    const pipeline = compiled('when: { enabled: true, parent: null, kind: [a, b] }\nfields:\n  a: { value: 1 }');
    expect(pipeline.map(record({ enabled: true, kind: 'b' })).kind).toBe('documents');
    expect(pipeline.map(record({ enabled: false, kind: 'a' }))).toEqual({
      kind: 'excluded',
      reason: 'enabled is false, and true is wanted',
    });
    expect(pipeline.map(record({ enabled: true, kind: 'c' }))).toEqual({ kind: 'excluded', reason: 'kind is c, and a or b is wanted' });
    expect(pipeline.map(record({ enabled: true, kind: 'a', parent: 'x' }))).toEqual({
      kind: 'excluded',
      reason: 'parent is x, and none is wanted',
    });
    expect(pipeline.map(record({ enabled: null, kind: 'a' }))).toEqual({ kind: 'excluded', reason: 'enabled is none, and true is wanted' });
  });

  it('rejects a condition of another type instead of taking the product down', () => {
    const pipeline = compiled('when: { enabled: true }\nfields:\n  a: { value: 1 }');
    expect(pipeline.map(record({ enabled: 'yes' }))).toMatchObject({
      kind: 'rejected',
      errors: [{ field: 'enabled', code: 'wrong_type' }],
    });
  });

  it('rejects a record without a required value with that reason, once', () => {
    const pipeline = compiled('fields:\n  sku: { from: identifier, required: true, trim: true }\n  name: { from: name, required: true }');
    expect(pipeline.map(record({ identifier: '  ' }))).toEqual({
      kind: 'rejected',
      errors: [
        { field: 'sku', code: 'required', message: 'it is required, and identifier has no value' },
        { field: 'name', code: 'required', message: 'it is required, and name has no value' },
      ],
    });
  });

  it('rejects a record of which it reads what the source could not tell, and no other', () => {
    const { map } = compiled('fields:\n  brand: { from: values.brand }\n  sku: { from: identifier }\n');
    const unreadable = { 'values.brand': 'may not be read', parent: 'may not be read' };
    expect(map({ ...record({ identifier: 'S' }), unreadable })).toEqual({
      kind: 'rejected',
      errors: [{ field: 'brand', code: 'unreadable', message: 'values.brand may not be read' }],
    });
    expect(map({ ...record({ identifier: 'S' }), unreadable: { parent: 'may not be read' } }).kind).toBe('documents');
    expect(map({ ...record({}), unreadable: { identifier: 'may not be read' } }).kind).toBe('rejected');
  });

  it('rejects a record whose state the source could not tell, whatever it reads and asks for', () => {
    const { map } = compiled('when: { enabled: true }\nfields:\n  sku: { from: identifier }\n');
    const unreadable = { state: 'cannot be told' };
    for (const enabled of [true, false])
      expect(map({ ...record({ identifier: 'S', enabled }), unreadable })).toEqual({
        kind: 'rejected',
        errors: [{ field: 'state', code: 'unreadable', message: 'state cannot be told' }],
      });
  });

  it('rejects a record whose key is not where the file says it is', () => {
    const pipeline = compiled('key: uuid\nfields:\n  a: { value: 1 }');
    expect(pipeline.map(record({ uuid: 'k1' })).kind).toBe('documents');
    expect(pipeline.map(record({ uuid: 'k2' }))).toMatchObject({ errors: [{ field: 'key', code: 'wrong_key' }] });
    expect(pipeline.map(record({ uuid: '' }, {}, ''))).toMatchObject({ errors: [{ field: 'key', code: 'no_key' }] });
  });

  it('keeps the order of the file in every document, whatever the order of the record', () => {
    const pipeline = compiled('fields:\n  z: { from: z }\n  a: { from: a }\n  m: { from: m }');
    const { all } = documents(pipeline.map(record({ a: 1, m: 2, z: 3 })));
    expect(all?.text).toBe('{"z":3,"a":1,"m":2}');
    expect(documents(pipeline.map(record({ z: 3, m: 2, a: 1 }))).all?.hash).toBe(all?.hash);
  });

  it('hands functions what their rule names and refuses the rest', () => {
    const text = 'fields:\n  a: { call: twice, reads: [values.name] }';
    const twice = compiled(text, { structure: pim, functions: { twice: (one) => `${one.get('values.name')}${one.get('values.name')}` } });
    expect(fieldsOf(twice.map(record({}, { name: [value('x')] }))).all).toEqual({ a: 'xx' });
    const curious = compiled(text, { structure: pim, functions: { twice: (one) => one.get('values.price') } });
    expect(curious.map(record({}))).toMatchObject({
      errors: [{ field: 'a', code: 'function_failed', message: expect.stringContaining('values.price') as string }],
    });
  });

  it('takes what a function throws or makes wrong as an error of that field', () => {
    const thrown = compiled('fields:\n  a: { call: f }', {
      functions: {
        f: () => {
          throw new TypeError('no such thing');
        },
      },
    });
    expect(thrown.map(record({}))).toMatchObject({
      kind: 'rejected',
      errors: [{ field: 'a', code: 'function_failed', message: 'f (functions/scene.ts): no such thing' }],
    });
    const infinite = compiled('fields:\n  a: { call: f }', { functions: { f: () => ({ x: [Number.POSITIVE_INFINITY] }) } });
    expect(infinite.map(record({}))).toMatchObject({
      errors: [{ field: 'a', code: 'not_finite', message: 'what f made.x[0] is not a finite number' }],
    });
  });
});
