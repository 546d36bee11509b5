import { join } from 'node:path';
import { repositoryRoot } from '../../test/kit/stand-in/index.js';
import { writeCatalog } from './write-catalog.js';

/** `node dist/demo/catalog-maker/main.js`: writes the bundled catalogue anew. */
writeCatalog(join(repositoryRoot(), 'demo/catalog'));
