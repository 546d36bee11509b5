import { serveOrSay } from '../../../src/serve.js';
import { plainConnectors } from '../plain/plain-connectors.js';

serveOrSay(plainConnectors);
