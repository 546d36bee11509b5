import { describeChanges } from './describe-changes.js';
import { describeFetch } from './describe-fetch.js';
import { describeListing } from './describe-listing.js';
import type { SourceHarness } from './harness.js';
import { SourceScene } from './scene.js';

/** What every source keeps: the battery of the contract, run in the specs beside each connector. */
export function describeSource(name: string, open: () => Promise<SourceHarness>): void {
  describe(`${name}, as a source`, () => {
    const scene = new SourceScene(open);

    it('is healthy while its PIM is', async () => {
      expect(await scene.source.check(new AbortController().signal)).toMatchObject({ ok: true });
    });

    describeListing(scene);
    describeChanges(scene);
    describeFetch(scene);
  });
}
