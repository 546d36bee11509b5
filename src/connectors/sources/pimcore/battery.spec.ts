import { describeHttpSource, describeNeeds, describeSource } from '../../../../test/kit/describe-source/index.js';
import { assetHarness, pimcoreHarness } from '../../../../test/kit/pimcore-source/index.js';

for (const version of [10, 12] as const) {
  describeHttpSource(`pimcore ${version}`, () => pimcoreHarness(version));
  describeSource(`the assets of pimcore ${version}`, () => assetHarness(version));
}
describeNeeds('pimcore', () => pimcoreHarness(12));
