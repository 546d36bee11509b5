import { z } from 'zod';
import { defineSource } from '../../contract/index.js';
import { CouchSource } from './couch-source.js';
import { openApi } from './open-api.js';

const value = z.union([z.string(), z.number(), z.boolean()]);

/**
 * CouchDB 2 and 3, and what speaks its protocol (PouchDB Server). Facts: https://docs.couchdb.org/en/stable/api/database/,
 * pages `changes` and `bulk-api`.
 */
export const couchdb = defineSource({
  id: 'couchdb',
  title: 'CouchDB',
  config: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('address of the server, without the database'),
      database: z
        .string()
        .regex(/^[a-z_][a-z0-9_$()+/-]*$/, { message: 'is no name of a database' })
        .describe('name of the database'),
      username: z.string().min(1).optional().describe('user who may read the database'),
      password: z.string().min(1).meta({ secret: true }).optional().describe('password of that user'),
      token: z.string().min(1).meta({ secret: true }).optional().describe('bearer token (JWT) instead of a user'),
      pageSize: z.int().min(1).max(1000).default(100).describe('documents of a page; less where they are large'),
      entities: z
        .record(
          z.string().regex(/^[a-z][a-z0-9-]*$/, { message: 'an entity is named with a–z, 0–9 and hyphens' }),
          z.strictObject({
            prefix: z.string().min(1).optional().describe('what the _id of its documents begins with'),
            where: z.record(z.string().min(1), value).optional().describe('fields by path, and the value each must have'),
          }),
        )
        .describe('the kinds of documents, by the name that pipelines use: { product: { where: { type: product } } }'),
    })
    .refine((config) => (config.username === undefined) === (config.password === undefined), {
      message: 'username and password go together',
      path: ['password'],
    })
    .refine((config) => config.token === undefined || config.username === undefined, {
      message: 'is for a connection without username',
      path: ['token'],
    }),
  entities: [],
  entitiesOf: ({ entities }) => Object.keys(entities),
  strategies: () => ['changes'],
  structured: [],
  limits: { maxKeys: 100, concurrency: 4 },
  gated: true,
  open: (config, tools) => Promise.resolve(new CouchSource(openApi(config, tools), config.entities, config.pageSize, tools)),
});
