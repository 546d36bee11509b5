import { readFile } from 'node:fs/promises';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { jsonSchemas } from './write-schemas.js';

describe('the JSON Schemas in schemas/', () => {
  it.each([...jsonSchemas({ sources, targets })])(
    '%s is what the program generates now (renew it with `npm run schemas`)',
    async (name, text) => {
      expect(await readFile(`schemas/${name}`, 'utf8')).toBe(text);
    },
  );
});
