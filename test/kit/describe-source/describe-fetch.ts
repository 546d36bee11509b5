import { lacking, type SourceScene } from './scene.js';

/** Keys that nobody has, and what makes them awkward. */
const awkward: readonly (readonly [string, string])[] = [
  ['quotes', `a"b'c\``],
  ['slashes', 'a/b\\c'],
  ['spaces', ' a  b '],
  ['a percent sign', '100%25'],
  ['marks of an address', '#?&=+;,:@'],
  ['brackets', '[{(<*>)}]'],
  ['unicode', 'Grüße 🙂 漢字'],
  ['a line break', 'a\nb\tc'],
  ['a name that objects have', '__proto__'],
  ['what looks like SQL', `'; DROP TABLE products; --`],
];

/** Keys that cannot even be asked for everywhere: left out without a reason is an answer too. */
const unaskable: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a dot', '.'],
  ['two dots', '..'],
  ['a NUL', 'a\u0000b'],
  ['half a character', 'a\ud800b'],
  ['3,000 characters', 'k'.repeat(3_000)],
  ['5,000 characters of three bytes', '漢'.repeat(5_000)],
  ['100,000 characters', 'k'.repeat(100_000)],
];

/** The newest records of some keys. */
export function describeFetch(scene: SourceScene): void {
  const read = async (keys: readonly string[]) => {
    const { records, absent } = await scene.fetch(keys);
    return { texts: scene.texts(records), absent };
  };

  describe('a fetch', () => {
    it('of no keys is empty', async () => {
      expect(await scene.fetch([])).toEqual({ records: [], absent: [] });
    });

    it('answers each record as it is now', async () => {
      const [one = '', other = ''] = scene.fill(1.5);
      await scene.listing(true);
      scene.on.edit(one, 'newest');
      const added = scene.on.add('new');
      const { texts, absent } = await read([one, other, added]);
      expect([texts.get(one), texts.has(other), texts.get(added), absent]).toEqual(['newest', true, 'new', []]);
    });

    it('takes as many keys as its limit says', async () => {
      const keys = scene.fill(Math.ceil(scene.on.maxKeys / scene.on.pageSize)).slice(0, scene.on.maxKeys);
      expect(keys).toHaveLength(scene.on.maxKeys);
      const { texts, absent } = await read(keys);
      expect([lacking(keys, texts.keys()), absent]).toEqual([[], []]);
    });

    it('names as absent what was removed, where that can be told, and nothing that is there', async () => {
      const keys = [...scene.fill(1)];
      const gone = [scene.on.add('goes'), scene.on.add('goes')];
      for (const key of gone) scene.on.remove(key);
      const { texts, absent } = await read([...keys.slice(0, 5), ...gone]);
      expect([...absent].sort()).toEqual(scene.on.provesAbsence === false ? [] : [...gone].sort());
      expect(gone.filter((key) => texts.has(key))).toEqual([]);
      expect(lacking(keys.slice(0, 5), texts.keys())).toEqual([]);
    });

    it('finds what came back', async () => {
      const key = scene.on.add('first');
      scene.on.edit(key, 'second');
      expect((await read([key])).texts.get(key)).toBe('second');
    });

    it.each(awkward)('of a key with %s finds the others and says that it does not exist', async (_, odd) => {
      const [key = ''] = scene.fill(1);
      const { texts, absent } = await read([odd, key]);
      expect([[...texts.keys()], absent]).toEqual([[key], [odd]]);
    });

    it.each(unaskable)('of a key of %s finds the others', async (_, odd) => {
      const [key = ''] = scene.fill(1);
      const { texts, absent } = await read([odd, key]);
      expect([...texts.keys()]).toEqual([key]);
      expect(absent).not.toContain(key);
    });

    it('of keys in another case answers no record under a foreign name, and does not call absent what is there', async () => {
      const [key = ''] = scene.fill(1);
      const other = key === key.toUpperCase() ? key.toLowerCase() : key.toUpperCase();
      const { texts, absent } = await read([other, key]);
      expect(texts.has(key)).toBe(true);
      expect(lacking(texts.keys(), scene.on.keys())).toEqual([]);
      expect(absent).not.toContain(key);
    });

    it('throws where the PIM fails, and calls nothing absent', async () => {
      const keys = scene.fill(1).slice(0, 3);
      const mend = scene.on.fail();
      await expect(scene.fetch(keys)).rejects.toThrow();
      mend();
      expect(lacking(keys, (await read(keys)).texts.keys())).toEqual([]);
    });
  });
}
