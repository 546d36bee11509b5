import { describeHttpSource, describeNeeds } from '../../../../test/kit/describe-source/index.js';
import { pimcoreHarness } from '../../../../test/kit/pimcore-source/index.js';

for (const version of [10, 12] as const) describeHttpSource(`pimcore ${version}`, () => pimcoreHarness(version));
describeNeeds('pimcore', () => pimcoreHarness(12));
