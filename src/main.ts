import { sources } from './connectors/sources/index.js';
import { targets } from './connectors/targets/index.js';
import { serveOrSay } from './serve.js';

serveOrSay({ sources, targets });
