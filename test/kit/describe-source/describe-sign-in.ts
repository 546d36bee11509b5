import { ConnectorError, Unauthorized, Unavailable } from '../../../src/connectors/contract/index.js';
import { failureOf } from './failure-of.js';
import type { SignInHarness, Mishap } from './http-harness.js';
import { keysOf, SourceScene } from './scene.js';

const unanswered: readonly Mishap[] = ['error-500', 'half', 'html', 'empty', 'no-page', 'cut'];

/** What a source keeps that signs in for a token. */
export function describeSignIn(name: string, open: () => Promise<SignInHarness>): void {
  describe(`${name}, signing in,`, () => describeCredentials(new SourceScene(open)));
}

function describeCredentials(scene: SourceScene<SignInHarness>): void {
  const check = (source = scene.source) => source.check(new AbortController().signal);

  it('signs in once for all who ask at once, and renews once for all who were refused', async () => {
    const keys = scene.fill(1).slice(0, 3);
    const all = () => Promise.all(Array.from({ length: 8 }, () => scene.fetch(keys)));
    const before = scene.on.tokens();
    await all();
    expect(scene.on.tokens() - before).toBeLessThanOrEqual(1);
    scene.on.expireToken();
    for (const { records } of await all()) expect(records).toHaveLength(3);
    expect(scene.on.tokens() - before).toBe(2);
  });

  it('lists everything although its token expires at every page', async () => {
    const keys = [...scene.fill(2.5)].sort();
    const onPage = () => scene.on.expireToken();
    expect(keysOf(await scene.listing(true, null, { onPage })).sort()).toEqual(keys);
  });

  it('is unauthorized where it is refused for good, and well once it is let in again', async () => {
    const keys = scene.fill(1).slice(0, 3);
    const cursor = await scene.subscribed();
    const breakage = scene.on.line.breaks('unauthorized', 'records');
    for (const call of [() => scene.keysPage(null, true), () => scene.changesPage(cursor), () => scene.fetch(keys)])
      expect(await failureOf(call())).toBeInstanceOf(Unauthorized);
    breakage.mend();
    expect((await scene.fetch(keys)).records).toHaveLength(3);
  });

  it('with a wrong secret says what to do, and never the secret', async () => {
    scene.fill(1);
    const source = await scene.on.openRefused();
    const said = await check(source);
    expect(said).toEqual({ ok: false, problem: expect.stringMatching(/\w{3}/), advice: expect.stringMatching(/\w{3}/) });
    const failure = (await failureOf(scene.fetch(scene.on.keys().slice(0, 1), source))) as Error;
    expect(failure).toBeInstanceOf(Unauthorized);
    expect([JSON.stringify(said), failure.message, failure.stack].join()).not.toContain(scene.on.wrongSecret);
    await source.close?.();
  });

  it.each(unanswered)("takes a sign-in that fails (%s) for nobody's fault, asks a few times, and forgets it", async (mishap) => {
    scene.fill(1);
    const source = await scene.fresh();
    const breakage = scene.on.line.breaks(mishap, 'sign-in');
    const failure = await failureOf(scene.keysPage(null, false, source));
    expect(failure).toBeInstanceOf(ConnectorError);
    expect(failure).not.toBeInstanceOf(Unauthorized);
    // Three calls at once, four tries each; with tries of tries it is sixteen.
    expect(breakage.struck).toBeLessThanOrEqual(12);
    breakage.mend();
    expect((await scene.keysPage(null, false, source)).keys.length).toBeGreaterThan(0);
  });

  it('leaves a long wait after a sign-in to the engine', async () => {
    const source = await scene.fresh();
    const breakage = scene.on.line.refuses(429, 600, 'sign-in');
    expect(await failureOf(scene.keysPage(null, false, source))).toMatchObject({ name: Unavailable.name, afterMs: 600_000 });
    expect(breakage.struck).toBe(1);
    breakage.mend();
  });
}
