import { attribute, compiled, mistakesOf, record, structure, value } from '../../test/kit/mapping/scene.js';

const fields = 'fields:\n  a: { value: 1 }';
const uses = (related: string, ...of: Parameters<typeof record>) =>
  compiled(`related: ${related}\n${fields}`)
    .uses(record(...of))
    .map(({ entity, key }) => `${entity} ${key}`);

describe('what a record uses', () => {
  it('are the keys at its paths, one or a list of them, each once', () => {
    const related = '[{ entity: category, from: categories }, { entity: family, from: [family, families] }]';
    expect(uses(related, { categories: ['a', 'b', 'a'], family: 'shirts', families: ['shirts', 7] })).toEqual([
      'category a',
      'category b',
      'family shirts',
      'family 7',
    ]);
  });

  it('are those of every scope', () => {
    const picture = [value('x.png', { locale: 'en_US' }), value('y.png', { locale: 'de_DE' }), value('z.png', { locale: 'fr_FR' })];
    expect(uses('[{ entity: asset, from: values.picture }]', {}, { picture })).toEqual(['asset x.png', 'asset y.png']);
  });

  it('is nothing where there is nothing, or something that is no key', () => {
    for (const categories of [null, [], {}, [{ code: 'a' }], true])
      expect(uses('[{ entity: category, from: categories }]', { categories })).toEqual([]);
    expect(compiled(fields).uses(record({ categories: ['a'] }))).toEqual([]);
  });

  it('is asked of the source, and is another mapping: of what was mapped before nobody knows what it uses', () => {
    const pim = { structure: structure([attribute('picture', 'image')]) };
    const pipeline = compiled(`related: [{ entity: category, from: categories }, { entity: asset, from: values.picture }]\n${fields}`, pim);
    expect(pipeline.needs).toMatchObject({ fields: ['categories'], attributes: ['picture'] });
    expect(pipeline.related).toEqual(['category', 'asset']);
    expect(pipeline.hash).not.toBe(compiled(fields, pim).hash);
  });

  it('is what it inherits from, too, where events are taken: only they need to know the heirs', () => {
    const inherits = [{ entity: 'model', from: ['parent', 'root'] }];
    const [deaf, hearing] = [compiled(fields, { inherits }), compiled(`events: true\n${fields}`, { inherits })];
    const variant = record({ parent: 'sub', root: 'top' });
    expect([deaf.uses(variant), deaf.inherits, deaf.needs.fields]).toEqual([[], [], []]);
    expect(hearing.uses(variant).map(({ entity, key }) => `${entity} ${key}`)).toEqual(['model sub', 'model top']);
    expect(hearing).toMatchObject({ related: [], inherits: ['model'], needs: { fields: ['parent', 'root'] } });
    // Of those that were mapped before nobody knows.
    expect(hearing.hash).not.toBe(compiled(`events: true\n${fields}`).hash);
    expect(deaf.hash).toBe(compiled(fields).hash);
  });

  it('cannot stand in the document or be no path', () => {
    expect(mistakesOf(`related: [{ entity: category, from: [document.a, a b] }]\n${fields}`)).toEqual([
      '8:31 document.a holds no keys of the source → write a plain field (categories, family) or values.<attribute code>',
      '8:31 a b holds no keys of the source → write a plain field (categories, family) or values.<attribute code>',
    ]);
  });
});
