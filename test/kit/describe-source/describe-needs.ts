import type { Needs, SourceRecord } from '../../../src/connectors/contract/index.js';
import type { SourceHarness } from './harness.js';
import { keysOf, SourceScene } from './scene.js';

export interface NeedsHarness extends SourceHarness {
  readonly needs: Needs;
  /** Less than `needs`: fewer attributes, one locale, one channel. */
  readonly less: Needs;
  /** Values of a record that go beyond `less`, by name. */
  beyond(record: SourceRecord): readonly string[];
}

/** What a source keeps whose records are large: it asks for what the mappings read. */
export function describeNeeds(name: string, open: () => Promise<NeedsHarness>): void {
  describe(`${name}, asked for less,`, () => {
    const scene = new SourceScene(open);
    const { signal } = new AbortController();
    const beyond = (records: readonly (SourceRecord | undefined)[]) => records.flatMap((record) => (record ? scene.on.beyond(record) : []));

    it('lists the same records with less in them', async () => {
      const keys = [...scene.fill(1.5)].sort();
      const whole = await scene.listing(true);
      expect(beyond(whole.flatMap((page) => page.keys.map(({ record }) => record)))).not.toEqual([]);
      const pages = await scene.listing(true, null, { needs: scene.on.less });
      expect(beyond(pages.flatMap((page) => page.keys.map(({ record }) => record)))).toEqual([]);
      expect(keysOf(pages).sort()).toEqual(keys);
    });

    it('finds the same changes with less in them', async () => {
      const keys = [...scene.fill(1.5)].sort();
      const cursor = await scene.subscribed();
      for (const key of keys) scene.on.edit(key, 'edited');
      const pages = await scene.window(cursor, { needs: scene.on.less });
      expect(beyond(pages.flatMap(({ changes }) => changes.map(({ record }) => record)))).toEqual([]);
      expect(keysOf(pages).sort()).toEqual(keys);
    });

    it('fetches the same records with less in them', async () => {
      const keys = scene.on.keys();
      const { records } = await scene.source.fetch(scene.on.entity, keys, { needs: scene.on.less, signal });
      expect(records.map(({ key }) => key).sort()).toEqual([...keys].sort());
      expect(beyond(records)).toEqual([]);
    });

    it('begins a window again that was begun for other needs', async () => {
      const keys = [...scene.fill(1.5)].sort();
      const cursor = await scene.subscribed();
      for (const key of keys) scene.on.edit(key, 'edited');
      const first = await scene.changesPage(cursor);
      const rest = await scene.window(first.cursor, { needs: scene.on.less });
      expect(keysOf(rest).sort()).toEqual(keys);
    });
  });
}
