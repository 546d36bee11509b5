import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { mappingReference } from '../mapping/mapping-reference.js';
import { pipelineSchema } from '../mapping/pipeline-schema.js';
import { breakerSchema } from '../transfer/breaker/breaker-policy.js';
import { brokerSchema } from './broker.js';
import { limitSchema, strictly, type Connectors } from './load-connections.js';

/** The JSON Schemas of the files in mappings/, by file name: what editors complete and check by. */
export function jsonSchemas(known: Connectors): ReadonlyMap<string, string> {
  return new Map([
    ['pipeline.schema.json', print(z.toJSONSchema(pipelineSchema, { io: 'input', unrepresentable: 'any' }))],
    ['connections.schema.json', print(connectionsSchema(known))],
    ...(known.beside ?? []).map(
      ({ file, schema }) =>
        [`${file.replace(/\.yaml$/, '')}.schema.json`, print(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))] as const,
    ),
  ]);
}

/** Writes the schemas into a folder and answers the names of the files. */
export async function writeSchemas(dir: string, known: Connectors): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const schemas = jsonSchemas(known);
  await Promise.all([...schemas].map(([name, text]) => writeFile(join(dir, name), text)));
  return [...schemas.keys()];
}

/** Writes docs/mapping-reference.md, or wherever it is wanted. */
export async function writeMappingReference(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, mappingReference());
}

function connectionsSchema({ sources, targets }: Connectors): object {
  const definitions = new Map([...targets, ...sources].map((one) => [one.id, one]));
  const known = [...definitions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      connections: {
        type: 'object',
        description: 'the outside systems by name; ${NAME} and ${NAME:-default} are filled in from the environment',
        additionalProperties: {
          anyOf: known.map(({ id, title, config, gated }) =>
            connectionSchema(id, title, config, {
              ...(sources.some((one) => one.id === id) ? { amqp: { $ref: '#/$defs/amqp' } } : {}),
              ...(targets.some((one) => one.id === id) ? { breaker: { $ref: '#/$defs/breaker' } } : {}),
              ...(gated ? { limit: { $ref: '#/$defs/limit' } } : {}),
            }),
          ),
        },
      },
    },
    required: ['connections'],
    additionalProperties: false,
    $defs: { amqp: definition(brokerSchema), breaker: definition(breakerSchema), limit: definition(limitSchema) },
  };
}

function definition(schema: z.ZodType): object {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), $schema: undefined };
}

/** `beside`: what is not the connector's own. */
function connectionSchema(id: string, title: string, config: z.ZodType, beside: object): object {
  const { properties = {}, required = [], ...rest } = z.toJSONSchema(strictly(config), { io: 'input', unrepresentable: 'any' });
  // The dialect is said once, by the whole.
  return {
    title,
    ...rest,
    $schema: undefined,
    properties: { connector: { const: id }, ...properties, ...beside },
    required: ['connector', ...required],
  };
}

function print(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
