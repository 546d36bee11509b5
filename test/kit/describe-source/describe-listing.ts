import type { SourceHarness } from './harness.js';
import { keysOf, lacking, type SourceScene, throughJson } from './scene.js';

/** The full listing. */
export function describeListing(scene: SourceScene): void {
  describe.each([
    ['with records', true],
    ['keys alone', false],
  ])('the listing, %s,', (_, withRecords) => {
    it('names every key exactly once, over several pages', async () => {
      const keys = scene.fill(2.5);
      const pages = await scene.listing(withRecords);
      expect(pages.length).toBeGreaterThan(1);
      expect(keysOf(pages).sort()).toEqual([...keys].sort());
      if (!withRecords) return;
      for (const { key, record } of pages.flatMap((page) => page.keys)) expect(record?.key).toBe(key);
    });

    it('names every key exactly once where the last page is full', async () => {
      const keys = scene.fill(2);
      expect(keysOf(await scene.listing(withRecords)).sort()).toEqual([...keys].sort());
    });

    it('of an empty PIM is empty and done', async () => {
      clear(scene.on);
      expect(await scene.listing(withRecords)).toMatchObject([{ keys: [], done: true }]);
    });

    it('goes on from every page in a freshly opened source', async () => {
      const keys = [...scene.fill(2.5)].sort();
      const pages = await scene.listing(withRecords);
      for (const [index, page] of pages.slice(0, -1).entries()) {
        const source = await scene.fresh();
        const rest = await scene.listing(withRecords, throughJson(page.cursor), { source });
        expect(keysOf([...pages.slice(0, index + 1), ...rest]).sort()).toEqual(keys);
      }
    });

    it('answers a page again for the cursor it was asked with', async () => {
      scene.fill(2.5);
      const first = await scene.keysPage(null, withRecords);
      const second = await scene.keysPage(first.cursor, withRecords);
      expect(keysOf([await scene.keysPage(first.cursor, withRecords)])).toEqual(keysOf([second]));
    });

    it.each([
      ['one goes', 1, 0],
      ['one comes', 0, 1],
      ['one goes and one comes', 1, 1],
      ['five go and five come', 5, 5],
    ])('loses no row that stands there throughout while %s between its pages', async (_name, go, come) => {
      const before = scene.fill(2.5);
      const onPage = ({ keys }: { readonly keys: readonly { readonly key: string }[] }, index: number) => {
        // Then the PIM is quiet: a listing may begin again, and has to come to an end.
        if (index > 1) return;
        for (const { key } of keys.slice(0, go)) if (scene.on.keys().includes(key)) scene.on.remove(key);
        for (let left = come; left > 0; left--) scene.on.add('came');
        scene.on.edit(scene.on.keys().at(-1) ?? '', 'edited');
      };
      const found = keysOf(await scene.listing(withRecords, null, { onPage }));
      const stayed = scene.on.keys().filter((key) => before.includes(key));
      expect(stayed.length).toBeLessThanOrEqual(before.length - go);
      expect(lacking(stayed, found)).toEqual([]);
    });

    it('begins again, or goes on, where the PIM forgot its cursor', async () => {
      const keys = scene.fill(2.5);
      const first = await scene.keysPage(null, withRecords);
      scene.on.expireCursors();
      const rest = await scene.listing(withRecords, first.cursor);
      expect(lacking(keys, keysOf([first, ...rest]))).toEqual([]);
    });

    it('throws where the PIM fails, and goes on at the same page afterwards', async () => {
      const keys = [...scene.fill(2.5)].sort();
      const first = await scene.keysPage(null, withRecords);
      const mend = scene.on.fail();
      await expect(scene.keysPage(first.cursor, withRecords)).rejects.toThrow();
      mend();
      const rest = await scene.listing(withRecords, first.cursor);
      expect(keysOf([first, ...rest]).sort()).toEqual(keys);
    });
  });

  it('knows how many there are, where it says so', async () => {
    const keys = scene.fill(2.5);
    for (const { total } of await scene.listing(false)) expect([undefined, keys.length]).toContain(total);
  });

  it('shows the newest text of every record', async () => {
    const [key = ''] = scene.fill(1.5);
    scene.on.edit(key, 'newest');
    const records = (await scene.listing(true)).flatMap((page) => page.keys.map(({ record }) => record));
    expect(scene.texts(records).get(key)).toBe('newest');
  });
}

function clear(on: SourceHarness): void {
  for (let [key] = on.keys(); key !== undefined; [key] = on.keys()) on.remove(key);
}
