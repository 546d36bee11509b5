import { category, kinds, magentoScene, ref, warningsOf, type MagentoScene } from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
});
afterEach(() => on.close());

const below = (parent: string) => ({ parent: ref('categories', parent, 'strong') });
const stands = (name: string, store = 'all') => on.shop.state.category(Number(on.ids.get(name)), store);
const writes = () => on.shop.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

describe('categories', () => {
  it('without a parent go below the root category of the shop, others below theirs', async () => {
    await on.write(on.want('categories/root', category('Root')));
    await on.write(on.want('categories/leaf', category('Leaf', below('root'))));
    expect(stands('categories/leaf')).toMatchObject({ names: ['Root', 'Leaf'], isActive: true });
  });

  it('have their own values in a store view and show the default ones again when those go', async () => {
    await on.write(on.want('categories/a', category('Lamps')));
    const url = { 'custom_attributes.url_key': 'leuchten' };
    await on.write(on.want('categories/a@de', { name: 'Leuchten', ...url }));
    expect([stands('categories/a')?.name, stands('categories/a', 'de')?.name]).toEqual(['Lamps', 'Leuchten']);
    await on.write(on.want('categories/a@de', {}));
    expect(on.shop.state.rawCategory(Number(on.ids.get('categories/a')), 'de').url_key).toBeUndefined();
    expect(stands('categories/a', 'de')?.name).toBe('Lamps');
  });

  it('are hidden in a store view, and shown there again when that goes', async () => {
    await on.write(on.want('categories/a', category('Lamps')));
    await on.write(on.want('categories/a@de', { is_active: false }));
    expect([stands('categories/a')?.isActive, stands('categories/a', 'de')?.isActive]).toEqual([true, false]);
    await on.write(on.want('categories/a@de', {}));
    expect(stands('categories/a', 'de')?.isActive).toBe(true);
  });

  it('in doubt, of which a store view has no value any more, show the default ones there', async () => {
    await on.write(on.want('categories/a', category('Lamps')));
    await on.write(on.want('categories/a@de', { name: 'Leuchten' }));
    on.doubt('categories/a@de');
    await on.write(on.want('categories/a@de', {}));
    expect(stands('categories/a', 'de')?.name).toBe('Lamps');
  });

  it('send what changed and no more', async () => {
    await on.write(on.want('categories/a', category('Lamps')));
    on.shop.requests.clear();
    await on.write(on.want('categories/a', category('Lamps', { position: 7 })));
    expect(on.shop.requests.map(({ body }) => body)).toEqual([{ category: { position: 7 } }]);
  });

  it('move with what is below them', async () => {
    await on.write(on.want('categories/a', category('A')), on.want('categories/b', category('B')));
    await on.write(on.want('categories/c', category('C', below('a'))));
    await on.write(on.want('categories/a', category('A', below('b'))));
    expect(stands('categories/c')?.names).toEqual(['B', 'A', 'C']);
    expect(stands('categories/a')?.position).toBe(1);
  });

  it('refuse to go below themselves, and say so', async () => {
    await on.write(on.want('categories/a', category('A')));
    await on.write(on.want('categories/b', category('B', below('a'))));
    expect(await on.write(on.want('categories/a', category('A', below('b'))))).toMatchObject([{ kind: 'rejected', field: 'parent' }]);
    expect(stands('categories/b')?.names).toEqual(['A', 'B']);
  });

  it('that people made under the same name in the same place are taken over', async () => {
    const id = on.shop.people.saveCategory({ name: 'Lamps', parent_id: 2 });
    expect(await on.write(on.want('categories/a', category('Lamps')))).toMatchObject([{ adopted: true, targetId: String(id) }]);
    expect(on.shop.state.categories()).toHaveLength(1);
  });

  it('of one name in one place stay two', async () => {
    const cameras = (code: string) =>
      on.want(`categories/${code}`, category('Cameras', { 'custom_attributes.url_key': `cameras-${code}` }));
    await on.write(cameras('x'), cameras('y'));
    expect(on.ids.get('categories/x')).not.toBe(on.ids.get('categories/y'));
    await on.write(cameras('z'));
    expect(on.shop.state.categories()).toHaveLength(3);
  });

  it('whose address is taken get another one, with a warning', async () => {
    on.shop.people.saveCategory({ name: 'Other', parent_id: 2, custom_attributes: [{ attribute_code: 'url_key', value: 'lamps' }] });
    expect(warningsOf(await on.write(on.want('categories/a1', category('Lamps'))))).toEqual(['url_key_taken']);
    expect(stands('categories/a1')?.values.url_key).toBe('lamps-a1');
  });

  it('are switched off, or deleted where that is wanted; what is gone is down', async () => {
    await on.write(on.want('categories/a', category('A')), on.want('categories/b', category('B')));
    expect(kinds(await on.write(on.down('categories/a', 'disable'), on.down('categories/b', 'delete')))).toEqual(['written', 'written']);
    expect(stands('categories/a')?.isActive).toBe(false);
    expect(stands('categories/b')).toBeUndefined();
    expect(kinds(await on.write(on.down('categories/b', 'delete'), on.down('categories/b', 'disable')))).toEqual(['written', 'written']);
    await on.write(on.want('categories/a', category('A')));
    expect(stands('categories/a')?.isActive).toBe(true);
  });

  it('in a store view that the shop does not have are refused', async () => {
    await on.write(on.want('categories/a', category('A')));
    expect(await on.write(on.want('categories/a@fr', { name: 'Aa' }))).toMatchObject([{ kind: 'rejected', code: 'no_such_store' }]);
  });

  it('that people deleted are made again', async () => {
    await on.write(on.want('categories/a', category('A')));
    on.shop.people.deleteCategory(Number(on.ids.get('categories/a')));
    expect(await on.write(on.want('categories/a', category('A', { position: 2 })))).toMatchObject([{ kind: 'written', created: true }]);
    expect(stands('categories/a')).toMatchObject({ name: 'A', isActive: true });
  });

  it('whose parent people deleted wait for it', async () => {
    await on.write(on.want('categories/a', category('A')));
    on.shop.people.deleteCategory(Number(on.ids.get('categories/a')));
    expect(await on.write(on.want('categories/b', category('B', below('a'))))).toMatchObject([{ kind: 'retry', code: 'parent_gone' }]);
    expect(on.shop.state.categories()).toEqual([]);
  });

  it.each(['lost-after', 'half'] as const)('whose answer was lost (%s) are not made twice', async (kind) => {
    on.shop.faults.add({ kind, match: { method: 'POST' } });
    expect(kinds(await on.write(on.want('categories/a', category('A'))))).toEqual(['unknown']);
    expect(kinds(await on.write(on.want('categories/a', category('A'))))).toEqual(['written']);
    expect(on.shop.state.categories()).toHaveLength(1);
  });

  it('are not taken for written by an answer that names none', async () => {
    on.shop.faults.add({ kind: 'body', status: 200, body: {}, match: { method: 'POST' } });
    expect(kinds(await on.write(on.want('categories/a', category('A'))))).toEqual(['unknown']);
    await on.write(on.want('categories/a', category('A')));
    on.shop.faults.add({ kind: 'body', status: 200, body: {}, match: { method: 'PUT' } });
    expect(kinds(await on.write(on.want('categories/a', category('A', { position: 2 }))))).toEqual(['unknown']);
  });

  it('cost one look at the tree a batch', async () => {
    const batch = Array.from({ length: 20 }, (_, n) => on.want(`categories/c${n}`, category(`C${n}`)));
    await on.write(...batch);
    expect([on.shop.requests.count(({ method }) => method === 'GET'), writes().length]).toEqual([2, 20]);
  });
});
