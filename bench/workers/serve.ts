import { sources } from '../../src/connectors/sources/index.js';
import { targets } from '../../src/connectors/targets/index.js';
import { serveOrSay } from '../../src/serve.js';
import { batchShop } from '../../test/kit/batch-shop/index.js';

/** The service, with the shop of the bench among its targets. */
serveOrSay({ sources, targets: [...targets, batchShop] });
