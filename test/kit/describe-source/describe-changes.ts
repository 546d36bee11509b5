import type { ChangesPage } from '../../../src/connectors/contract/index.js';
import { keysOf, lacking, type SourceScene, throughJson } from './scene.js';

/** What changed since. */
export function describeChanges(scene: SourceScene): void {
  const position = (pages: readonly ChangesPage[]) => pages.at(-1)?.position ?? NaN;
  const last = (pages: readonly ChangesPage[]) => pages.at(-1)?.cursor ?? null;
  /** Edits one page of records and a half, all in one second. */
  const editMany = () => {
    const keys = scene.fill(2.5).slice(0, Math.floor(1.5 * scene.on.pageSize));
    for (const key of keys) scene.on.edit(key, 'edited');
    return keys;
  };

  describe('what changed', () => {
    it("is nothing at first, from the source's present on", async () => {
      scene.fill(1.5);
      const page = await scene.changesPage(null);
      expect(page).toMatchObject({ changes: [], done: true });
      expect(page.position).toBeLessThanOrEqual(scene.on.clock.now());
      expect(page.position).toBeGreaterThan(scene.on.clock.now() - 30_000);
    });

    it('is what was edited and added since, with its newest text where it carries records', async () => {
      const [edited = ''] = scene.fill(1.5);
      const cursor = await scene.subscribed();
      scene.on.edit(edited, 'once');
      scene.on.edit(edited, 'twice');
      const added = scene.on.add('twice');
      const pages = await scene.window(cursor);
      expect(keysOf(pages).sort()).toEqual([edited, added].sort());
      for (const { record } of pages.flatMap(({ changes }) => changes)) if (record) expect(scene.on.textOf(record)).toBe('twice');
    });

    it('is nothing where nothing happened, and the position moves on', async () => {
      scene.fill(1.5);
      const cursor = await scene.subscribed();
      const pages = await scene.window(cursor);
      scene.on.clock.advance(600_000);
      const later = await scene.window(last(pages));
      expect(keysOf([...pages, ...later])).toEqual([]);
      expect(position(later) - position(pages)).toBeGreaterThan(500_000);
    });

    it('names every one of many edits of one second, over a page border', async () => {
      scene.fill(2.5);
      const cursor = await scene.subscribed();
      const edited = editMany();
      const pages = await scene.window(cursor);
      expect(pages.length).toBeGreaterThan(1);
      expect(keysOf(pages).sort()).toEqual([...edited].sort());
    });

    it('goes on from every page in a freshly opened source', async () => {
      scene.fill(2.5);
      const cursor = await scene.subscribed();
      const edited = editMany();
      const pages = await scene.window(cursor);
      for (const [index, page] of pages.slice(0, -1).entries()) {
        const rest = await scene.window(throughJson(page.cursor), { source: await scene.fresh() });
        expect(keysOf([...pages.slice(0, index + 1), ...rest]).sort()).toEqual([...edited].sort());
      }
    });

    it("keeps its position at the window's start until the last page is in, and then at a time from before the first", async () => {
      scene.fill(2.5);
      const before = await scene.window(await scene.subscribed());
      const start = position(before);
      // The window's end is another time than its start.
      scene.on.clock.advance(60_000);
      editMany();
      const began = scene.on.clock.now();
      const pages = await scene.window(last(before), { onPage: () => scene.on.clock.advance(60_000) });
      for (const page of pages.slice(0, -1)) expect([null, start]).toContain(page.position);
      expect(position(pages)).toBeLessThanOrEqual(began);
      expect(position(pages)).toBeGreaterThanOrEqual(start);
    });

    it.each([
      ['one goes', 1, 0],
      ['one comes', 0, 1],
      ['one goes and one comes', 1, 1],
      ['five go and five come', 5, 5],
    ])('loses nothing of a window while %s between its pages', async (_, go, come) => {
      scene.fill(2.5);
      const cursor = await scene.subscribed();
      const edited = scene.on.keys();
      for (const key of edited) scene.on.edit(key, 'edited');
      // Beyond what the next window would name again anyway.
      scene.on.clock.advance(60_000);
      const added: string[] = [];
      const onPage = ({ changes }: ChangesPage, index: number) => {
        // Then the PIM is quiet: a window may begin again, and has to come to an end.
        if (index > 1) return;
        for (const { key } of changes.slice(0, go)) if (scene.on.keys().includes(key)) scene.on.remove(key);
        for (let left = come; left > 0; left--) added.push(scene.on.add('came'));
      };
      const first = await scene.window(cursor, { onPage, overlap: 0 });
      scene.on.clock.advance(1000);
      const second = await scene.window(last(first), { overlap: 0 });
      const there = scene.on.keys();
      expect(
        lacking(
          [...edited, ...added].filter((key) => there.includes(key)),
          keysOf([...first, ...second]),
        ),
      ).toEqual([]);
    });

    it('that is edited once more while it is read comes in this window or in the next, with its newest text', async () => {
      const keys = scene.fill(2.5);
      const cursor = await scene.subscribed();
      const edited = editMany();
      scene.on.clock.advance(60_000);
      const again = new Set<string>();
      const seen: string[] = [];
      const onPage = (page: ChangesPage) => {
        seen.push(...keysOf([page]));
        const unread = lacking(edited, seen);
        // Read already, not read yet, and not changed at all so far; the clock has not moved on.
        for (const key of [seen[0], unread[0], unread.at(-1), keys.at(-1)]) {
          if (key === undefined) continue;
          scene.on.edit(key, 'again');
          again.add(key);
        }
      };
      const first = await scene.window(cursor, { onPage, overlap: 0 });
      scene.on.clock.advance(1000);
      const second = await scene.window(last(first), { overlap: 0 });
      const found = [...first, ...second].flatMap(({ changes }) => changes);
      expect(again.size).toBeGreaterThan(2);
      expect(lacking([...edited, ...again], keysOf([...first, ...second]))).toEqual([]);
      const carried = scene.texts(found.map(({ record }) => record));
      for (const key of again) if (carried.has(key)) expect([key, carried.get(key)]).toEqual([key, 'again']);
    });

    it('in the very second in which a window closed comes in the next, also without overlap', async () => {
      const [one = '', other = ''] = scene.fill(1.5);
      const cursor = await scene.subscribed();
      scene.on.edit(one, 'first');
      const closed = await scene.window(cursor, { overlap: 0 });
      scene.on.edit(other, 'second');
      scene.on.clock.advance(1000);
      expect(lacking([other], keysOf(await scene.window(last(closed), { overlap: 0 })))).toEqual([]);
    });

    it('within the overlap is named again, also where it appeared late', async () => {
      const [one = '', late = ''] = scene.fill(1.5);
      const cursor = await scene.subscribed();
      scene.on.edit(one, 'edited');
      const stamp = scene.on.clock.now() - 60_000;
      const first = await scene.window(cursor);
      scene.on.editLate(late, 'late', stamp);
      scene.on.clock.advance(10_000);
      const second = await scene.window(last(first));
      expect(keysOf(first)).toEqual([one]);
      expect(keysOf(second).sort()).toEqual(scene.on.sequence === true ? [late] : [late, one].sort());
      scene.on.clock.advance(600_000);
      const third = await scene.window(last(second));
      scene.on.clock.advance(600_000);
      expect(keysOf(await scene.window(last(third)))).toEqual([]);
    });

    it('is a new version, or one that is still open, at a second edit of the same second', async () => {
      const [key = ''] = scene.fill(1.5);
      const cursor = await scene.subscribed();
      const version = async () =>
        (await scene.window(cursor)).flatMap(({ changes }) => changes).find((change) => change.key === key)?.version;
      scene.on.edit(key, 'first');
      const first = await version();
      scene.on.edit(key, 'second');
      const second = await version();
      expect(first).toBeDefined();
      expect(first?.closed === true && first.id === second?.id).toBe(false);
      scene.on.clock.advance(60_000);
      const third = await version();
      expect(third).toMatchObject({ closed: true, id: second?.id });
    });

    it.each([
      ['three minutes behind', -180_000],
      ['three minutes ahead', 180_000],
      ['an hour behind', -3_600_000],
      ['an hour ahead', 3_600_000],
    ])("goes by the PIM's clock, be it %s", async (_, offset) => {
      const [key = ''] = scene.fill(1.5);
      scene.on.clock.advance(offset);
      const { cursor } = await scene.changesPage(null);
      scene.on.clock.advance(1000);
      scene.on.edit(key, 'edited');
      scene.on.clock.advance(300_000);
      const pages = await scene.window(cursor);
      expect(lacking([key], keysOf(pages))).toEqual([]);
      expect(position(pages)).toBeLessThanOrEqual(scene.on.clock.now());
      expect(position(pages)).toBeGreaterThan(scene.on.clock.now() - 30_000);
    });

    it('begins its window again, or goes on, where the PIM forgot its cursor', async () => {
      scene.fill(2.5);
      const cursor = await scene.subscribed();
      const edited = editMany();
      const first = await scene.changesPage(cursor);
      scene.on.expireCursors();
      const rest = await scene.window(first.cursor);
      expect(lacking(edited, keysOf([first, ...rest]))).toEqual([]);
      scene.on.clock.advance(600_000);
      const next = await scene.window(last(rest));
      scene.on.clock.advance(600_000);
      expect(keysOf(await scene.window(last(next)))).toEqual([]);
    });

    it('throws where the PIM fails, and goes on at the same page afterwards', async () => {
      scene.fill(2.5);
      const cursor = await scene.subscribed();
      const edited = [...editMany()].sort();
      const first = await scene.changesPage(cursor);
      const mend = scene.on.fail();
      await expect(scene.changesPage(first.cursor)).rejects.toThrow();
      mend();
      expect(keysOf([first, ...(await scene.window(first.cursor))]).sort()).toEqual(edited);
    });
  });
}
