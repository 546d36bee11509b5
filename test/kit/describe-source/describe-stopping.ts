import type { JsonValue } from '../../../src/connectors/contract/index.js';
import { ConnectorError } from '../../../src/connectors/contract/index.js';
import { failureOf } from './failure-of.js';
import type { HttpSourceHarness } from './http-harness.js';
import { keysOf, type SourceScene } from './scene.js';

/** How long a call may go on after it was told to stop. */
const soonMs = 1_000;
/** Slower than any test waits. */
const neverMs = 25_000;

/** The signal of a call. */
export function describeStopping(scene: SourceScene<HttpSourceHarness>): void {
  const calls = ['listing', 'window', 'fetch'] as const;
  const call = (name: (typeof calls)[number], cursor: JsonValue, source = scene.source, signal = new AbortController().signal) => {
    if (name === 'listing') return scene.keysPage(null, true, source, signal);
    if (name === 'window') return scene.changesPage(cursor, source, 120_000, signal);
    return scene.fetch(scene.on.keys().slice(0, 3), source, signal);
  };
  /** Ends once that many requests more have arrived. */
  const arrived = async (more: number) => {
    const before = scene.on.line.requests();
    return () => until(() => scene.on.line.requests() >= before + more);
  };

  describe.each([
    ['that has worked', true],
    ['that was just opened', false],
  ])('a source %s', (_, warm) => {
    it.each(calls)('ends a %s soon after it was told to stop', async (name) => {
      scene.fill(1.5);
      const cursor = await scene.subscribed();
      const source = await scene.fresh();
      if (warm) for (const each of calls) await call(each, cursor, source);
      const slow = scene.on.line.slows(neverMs);
      const controller = new AbortController();
      const came = await arrived(1);
      const ended = failureOf(call(name, cursor, source, controller.signal));
      await came();
      const began = performance.now();
      controller.abort();
      expect(await ended).toBeInstanceOf(ConnectorError);
      expect(performance.now() - began).toBeLessThan(soonMs);
      slow.mend();
    });
  });

  it('begins nothing after it was told to stop', async () => {
    scene.fill(1);
    const cursor = await scene.subscribed();
    const before = scene.on.line.requests();
    for (const name of calls) expect(await failureOf(call(name, cursor, scene.source, AbortSignal.abort()))).toBeInstanceOf(ConnectorError);
    expect(scene.on.line.requests()).toBe(before);
  });

  it('ends a call soon that waits behind others', async () => {
    scene.fill(1);
    const cursor = await scene.subscribed();
    for (const name of calls) await call(name, cursor);
    const slow = scene.on.line.slows(neverMs);
    const others = new AbortController();
    const came = await arrived(scene.on.concurrency);
    const busy = Array.from({ length: scene.on.concurrency }, () => failureOf(call('fetch', cursor, scene.source, others.signal)));
    await came();
    const controller = new AbortController();
    const waiting = failureOf(call('fetch', cursor, scene.source, controller.signal));
    await turns();
    const began = performance.now();
    controller.abort();
    expect(await waiting).toBeInstanceOf(ConnectorError);
    expect(performance.now() - began).toBeLessThan(soonMs);
    others.abort();
    await Promise.all(busy);
    slow.mend();
  });

  it('takes nobody with it who asked for the same at the same time', async () => {
    const keys = [...scene.fill(1.5)].sort();
    const cursor = await scene.subscribed();
    for (const key of keys) scene.on.edit(key, 'edited');
    // Whatever a source reads for all of its calls, it reads here: at its first ones.
    for (let requests = 1; requests <= 4; requests++) {
      const source = await scene.fresh();
      const slow = scene.on.line.slows(50);
      const controller = new AbortController();
      const came = await arrived(requests);
      // Who was answered before the signal came is answered.
      const stopped = calls.map((name) => call(name, cursor, source, controller.signal).catch((error: unknown) => error));
      const goesOn = [scene.listing(true, null, { source }), scene.window(cursor, { source })] as const;
      await came();
      controller.abort();
      for (const said of await Promise.all(stopped)) if (said instanceof Error) expect(said).toBeInstanceOf(ConnectorError);
      const [listed, changed] = await Promise.all(goesOn);
      expect([keysOf(listed).sort(), keysOf(changed).sort()]).toEqual([keys, keys]);
      slow.mend();
    }
  });

  it('ends its health check soon after it was told to stop', async () => {
    const slow = scene.on.line.slows(neverMs);
    const controller = new AbortController();
    const came = await arrived(1);
    const ended = scene.source.check(controller.signal).catch((error: unknown) => error);
    await came();
    const began = performance.now();
    controller.abort();
    expect(await ended).not.toMatchObject({ ok: true });
    expect(performance.now() - began).toBeLessThan(soonMs);
    slow.mend();
  });
}

/** Until a call stands in its queue: nothing but promises lies between. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
