import { describeHostile } from './describe-hostile.js';
import { describeLine } from './describe-line.js';
import { describeSource } from './describe-source.js';
import { describeStopping } from './describe-stopping.js';
import type { HttpSourceHarness } from './http-harness.js';
import { SourceScene } from './scene.js';

/** What a source behind HTTP keeps besides. */
export function describeHttpSource(name: string, open: () => Promise<HttpSourceHarness>): void {
  describeSource(name, open);
  describe(`${name}, over HTTP,`, () => {
    const scene = new SourceScene(open);
    describeLine(scene);
    describe('stopping', () => describeStopping(scene));
    describe('hostile records', () => describeHostile(scene));
  });
}
