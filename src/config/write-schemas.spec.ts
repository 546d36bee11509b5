import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { readFolder } from './read-folder.js';
import { jsonSchemas } from './write-schemas.js';

const schemas = jsonSchemas({ sources, targets });

describe('the JSON Schemas in schemas/', () => {
  it.each([...schemas])('%s is what the program generates now (renew it with `npm run schemas`)', async (name, text) => {
    expect(await readFile(`schemas/${name}`, 'utf8')).toBe(text);
  });

  it('accept the pipeline files that are there, and no unknown word in them', async () => {
    const ajv = new Ajv2020({ allowUnionTypes: true, formats: { uri: true } });
    const valid = ajv.compile(JSON.parse(schemas.get('pipeline.schema.json') ?? '') as object);
    const files = (await readFolder('mappings/akeneo-to-magento', '', ['.yaml'])).filter(
      ({ name }) => !['connections', 'alerts'].includes(name),
    );
    expect(files).toHaveLength(3);
    for (const { file, text } of files) {
      expect([file, valid(parse(text)), valid.errors]).toEqual([file, true, null]);
      expect([file, valid({ ...(parse(text) as object), conflict: {} })]).toEqual([file, false]);
    }
  });

  it('know every connector of the program', () => {
    const text = schemas.get('connections.schema.json') ?? '';
    for (const { id } of [...sources, ...targets]) expect(text).toContain(`"const": "${id}"`);
  });
});
