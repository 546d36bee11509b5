import type { HttpSourceHarness } from './http-harness.js';
import { keysOf, type SourceScene } from './scene.js';

/** JSON texts that stand where a text is meant. */
const texts: readonly string[] = [
  `"${'x'.repeat(1_000_000)}"`,
  '"\\u0000\\u0001\\u001b\\u007f\\ud800\\u202e"',
  '1e400',
  '-0',
  'null',
  'true',
  '[]',
  '{}',
  '[null,7,"x",[[]]]',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
];
/** What stands in the place of a field, whichever. */
const wrongs: readonly string[] = ['7', '"x"', 'null', '[]', '{}', '[null,7]', '{"a":[null,7,{"b":null}],"__proto__":[null]}'];
/** Items that are none. */
const none: readonly string[] = ['null', '7', '"x"', '[]', '{}', '{"__proto__":{"polluted":true}}'];

/** Records as they should not be (failures.md, fault 23). */
export function describeHostile(scene: SourceScene<HttpSourceHarness>): void {
  let made = 0;
  /** Of a shape that is good nearly everywhere. */
  const key = () => scene.on.hostileKey?.() ?? `00000000-0000-4000-8000-${String((made += 1)).padStart(12, '0')}`;
  const item = (name: string, text: string) => scene.on.item(JSON.stringify(name), text);

  /** Calls everything that lists with this page, between two good items; all who have a key must be named. */
  async function everyReader(keys: readonly string[], items: readonly string[]): Promise<void> {
    const [first, last] = [key(), key()];
    const all = [first, ...keys, last];
    const page = [item(first, '"good"'), ...items, item(last, '"good"')];
    const cursor = await scene.subscribed();
    await scene.keysPage(null, true);
    const mend = scene.on.serves(page);
    for (const withRecords of [true, false]) {
      const listed = await scene.keysPage(null, withRecords);
      expect(keysOf([listed])).toEqual(all);
      if (withRecords) expect(goodTexts(listed.keys.map(({ record }) => record))).toEqual(['good', 'good']);
    }
    const changed = await scene.changesPage(cursor);
    expect(keysOf([changed])).toEqual(all);
    const { records } = await scene.fetch([first, last]);
    expect(goodTexts(records)).toEqual(['good', 'good']);
    mend();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();

    function goodTexts(found: Parameters<typeof scene.texts>[0]) {
      const shown = scene.texts(found);
      return [shown.get(first), shown.get(last)];
    }
  }

  it('reads records whose text is anything', async () => {
    const keys = texts.map(key);
    await everyReader(
      keys,
      texts.map((text, index) => item(keys[index] ?? '', text)),
    );
  });

  it('reads records of which any field is of another type', async () => {
    const names = Object.keys(JSON.parse(item(key(), '"x"')) as object);
    for (const wrong of wrongs) {
      const keys: string[] = [];
      const items = names.flatMap((name) => {
        const own = key();
        const fields = JSON.parse(item(own, '"x"')) as Record<string, unknown>;
        if (fields[name] === own) return [];
        keys.push(own);
        return [written(fields, name, wrong)];
      });
      expect(keys.length).toBeGreaterThan(1);
      await everyReader(keys, items);
    }
  });

  it('passes over what is no record', async () => {
    await everyReader([], [...none, ...['null', '7', '""', '[]', '{}', 'true'].map((wrong) => scene.on.item(wrong, '"x"'))]);
  });
}

/** The JSON text of an object with one member replaced; `__proto__` stays a member. */
function written(fields: Readonly<Record<string, unknown>>, name: string, text: string): string {
  const members = Object.entries(fields).map(([each, value]) => `${JSON.stringify(each)}:${each === name ? text : JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}
