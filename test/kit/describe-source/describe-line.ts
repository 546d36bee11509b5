import type { ChangesPage, JsonValue, KeysPage } from '../../../src/connectors/contract/index.js';
import { BadAnswer, Misconfigured, Unavailable } from '../../../src/connectors/contract/index.js';
import { failureOf } from './failure-of.js';
import type { HttpSourceHarness, Mishap } from './http-harness.js';
import { keysOf, type SourceScene } from './scene.js';

const broken: readonly Mishap[] = ['error-500', 'half', 'html', 'empty', 'no-page', 'cut'];

/** What a broken line must never be taken for: a shorter listing, or proof that something is gone. */
export function describeLine(scene: SourceScene<HttpSourceHarness>): void {
  /** A page that follows on another, of each kind, and a fetch. */
  async function begun() {
    const keys = [...scene.fill(2.5)].sort();
    const cursor = await scene.subscribed();
    for (const key of keys) scene.on.edit(key, 'edited');
    const [full, alone, window] = [await scene.keysPage(null, true), await scene.keysPage(null, false), await scene.changesPage(cursor)];
    await scene.fetch(keys.slice(0, 3));
    const calls = {
      full: () => scene.keysPage(full.cursor, true),
      alone: () => scene.keysPage(alone.cursor, false),
      window: () => scene.changesPage(window.cursor),
      fetch: () => scene.fetch(keys.slice(0, 3)),
    };
    const rest = async () => [
      keysOf([full, ...(await scene.listing(true, full.cursor))]).sort(),
      keysOf([alone, ...(await scene.listing(false, alone.cursor))]).sort(),
      keysOf([window, ...(await scene.window(window.cursor))]).sort(),
    ];
    return { keys, calls: Object.values(calls), rest };
  }

  it.each(broken)('throws where the line breaks for good (%s), and goes on at the same page afterwards', async (mishap) => {
    const { keys, calls, rest } = await begun();
    const breakage = scene.on.line.breaks(mishap, 'records');
    const failures = await Promise.all(calls.map((call) => failureOf(call())));
    for (const failure of failures) expect([Unavailable.name, BadAnswer.name]).toContain((failure as Error).name);
    expect(breakage.struck).toBeGreaterThanOrEqual(calls.length);
    breakage.mend();
    expect(await rest()).toEqual([keys, keys, keys]);
  });

  it.each(['html', 'empty', 'no-page'] as const)('loses nothing at whichever request the line breaks (%s)', async (mishap) => {
    const keys = [...scene.fill(2.5)].sort();
    const cursor = await scene.subscribed();
    for (const key of keys) scene.on.edit(key, 'edited');
    const gone = scene.on.add('goes');
    scene.on.remove(gone);
    const sample = [...keys.slice(0, 3), gone];
    const before = scene.on.line.requests();
    await everything(() => undefined);
    const requests = scene.on.line.requests() - before;
    expect(requests).toBeGreaterThan(6);
    for (let nth = 0; nth < requests; nth++) {
      const breakage = scene.on.line.breaksOnce(mishap, nth);
      let failed = 0;
      const found = await everything((error) => {
        expect([nth, [Unavailable.name, BadAnswer.name]]).toEqual([nth, expect.arrayContaining([error.name])]);
        failed += 1;
      });
      expect([nth, breakage.struck, failed, found]).toEqual([nth, 1, 1, [keys, keys, [...sample.slice(0, 3)].sort(), [gone]]]);
      breakage.mend();
    }

    /** A full listing, a window and a fetch of a freshly opened source; what fails is asked for once more. */
    async function everything(onFailure: (error: Error) => void) {
      const source = await scene.fresh();
      const patiently = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
        try {
          return await call();
        } catch (error) {
          onFailure(error as Error);
          return call();
        }
      };
      const listed: KeysPage[] = [];
      for (let at: JsonValue | null = null, done = false; !done;) {
        const page = await patiently(() => scene.keysPage(at, true, source));
        listed.push(page);
        ({ cursor: at, done } = page);
      }
      const changed: ChangesPage[] = [];
      for (let at: JsonValue = cursor, done = false; !done;) {
        const page = await patiently(() => scene.changesPage(at, source));
        changed.push(page);
        ({ cursor: at, done } = page);
      }
      const { records, absent } = await patiently(() => scene.fetch(sample, source));
      const living = changed.flatMap(({ changes }) => changes.filter(({ kind }) => kind !== 'deleted').map((change) => change.key));
      return [keysOf(listed).sort(), living.sort(), records.map(({ key }) => key).sort(), absent];
    }
  });

  it('believes nobody else that a record does not exist', async () => {
    const keys = scene.fill(1).slice(0, 2);
    const gone = scene.on.add('goes');
    scene.on.remove(gone);
    await scene.fetch(keys);
    const { absent } = await scene.fetch([...keys, gone]);
    expect(absent).toEqual([gone]);
    const before = scene.on.line.requests();
    await scene.fetch([...keys, gone]);
    const requests = scene.on.line.requests() - before;
    for (let nth = 0; nth < requests; nth++) {
      const breakage = scene.on.line.breaksOnce('foreign-404', nth);
      const said = await scene.fetch([...keys, gone]).catch((error: unknown) => error as Error);
      expect(breakage.struck).toBe(1);
      if (said instanceof Misconfigured || said instanceof BadAnswer || said instanceof Unavailable) continue;
      if (said instanceof Error) throw said;
      // Where records are asked for one by one, and it struck one that is there, the other is still truly gone.
      const struckAnother = said.records.length < keys.length;
      expect([nth, said.absent]).toEqual([nth, struckAnother ? said.absent.filter((key) => key === gone) : []]);
    }
  });

  it.each([429, 503] as const)('waits as long as a %s says, and then answers whole', async (status) => {
    const keys = [...scene.fill(1.5)].sort();
    await scene.keysPage(null, false);
    const breakage = scene.on.line.refuses(status, 1, 'records', 1);
    const began = performance.now();
    expect(keysOf(await scene.listing(false)).sort()).toEqual(keys);
    expect(performance.now() - began).toBeGreaterThan(990);
    expect(breakage.struck).toBe(1);
  });

  it.each([429, 503] as const)('leaves a longer wait after a %s to the engine, and tells it how long', async (status) => {
    const { calls } = await begun();
    const breakage = scene.on.line.refuses(status, 600, 'records');
    const began = performance.now();
    for (const failure of await Promise.all(calls.map((call) => failureOf(call())))) {
      expect(failure).toBeInstanceOf(Unavailable);
      expect(failure).toMatchObject({ afterMs: 600_000 });
    }
    expect(performance.now() - began).toBeLessThan(5_000);
    breakage.mend();
  });

  it('says in its health check what is wrong with the line, and is well afterwards', async () => {
    const check = () => scene.source.check(new AbortController().signal);
    for (const mishap of ['html', 'empty', 'no-page', 'foreign-404'] as const) {
      const breakage = scene.on.line.breaks(mishap, 'any');
      expect([mishap, await check()]).toEqual([mishap, { ok: false, problem: expect.any(String), advice: expect.any(String) }]);
      breakage.mend();
      expect([mishap, await check()]).toMatchObject([mishap, { ok: true }]);
    }
  });
}
