import { couchHarness, type CouchEntity } from '../../../../test/kit/couch/index.js';
import { describeHttpSource, describeSource } from '../../../../test/kit/describe-source/index.js';
import { forkStandIn } from '../../../../test/kit/stand-in/index.js';

const server = forkStandIn('couch');
afterAll(async () => (await server).stop());

const byName: CouchEntity = { entity: { prefix: '0' }, id: (name) => `0${name}`, fields: {} };
const byField: CouchEntity = { entity: { where: { type: 'product' } }, id: (name) => name, fields: { type: 'product' } };

describeHttpSource('couchdb, documents by prefix', async () => couchHarness(byName, (await server).url));
describeSource('couchdb, documents by field', async () => couchHarness(byField, (await server).url));
