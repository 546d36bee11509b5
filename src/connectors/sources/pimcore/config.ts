import { z } from 'zod';

/** A name as GraphQL writes them; two underscores in front are its own. */
const name = z.string().regex(/^(?!__)[_A-Za-z]\w*$/, 'is no name in Data Hub: letters, digits and underscores, no digit first');

const types = ['value', 'quantity', 'object', 'relation', 'asset', 'image', 'hotspotimage', 'gallery'] as const;

const field = z
  .strictObject({
    type: z
      .enum(types)
      .default('value')
      .describe(
        'value: text, number, select, … · quantity: a quantity value · object: a link, a geopoint, … with `fields` · relation: to objects · asset: a relation to assets · image, hotspotimage, gallery: as Pimcore calls them',
      ),
    field: name.optional().describe("the field's name in Data Hub, where it is not the name given here"),
    localized: z.boolean().default(false).describe('stands in the localized fields: asked for in each locale of the mapping'),
    list: z.boolean().default(false).describe('a relation to many'),
    required: z
      .boolean()
      .default(false)
      .describe('nothing there is an error of the record: Data Hub answers the same for what the API key may not read'),
    class: name.optional().describe('class of the related objects, for `of`'),
    of: name.optional().describe('field of the related object that is read in place of its id'),
    thumbnail: z.string().min(1).optional().describe('thumbnail configuration whose picture is read in place of the original'),
    fields: z.array(name).min(1).optional().describe('fields of the object that are read'),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const asset = ['asset', 'image', 'hotspotimage', 'gallery'].includes(given.type);
    if ((given.type === 'object') !== (given.fields !== undefined)) refuse('fields', 'belongs to the type object, and is needed there');
    if (given.list && given.type !== 'relation' && given.type !== 'asset') refuse('list', 'belongs to the types relation and asset');
    if (given.of !== undefined && given.type !== 'relation') refuse('of', 'belongs to the type relation');
    if ((given.of === undefined) !== (given.class === undefined)) refuse('class', 'goes together with `of`');
    if (given.thumbnail !== undefined && !asset) refuse('thumbnail', 'belongs to the types of assets');
  });

const entity = z.strictObject({
  class: name.describe('name of the class in Pimcore'),
  inherits: z
    .boolean()
    .default(false)
    .describe('the class inherits from its parents: what changes in a parent changes what stands below it; needs fullpath in the schema'),
  fields: z.record(name, field).describe('what a mapping reads as values.<name>; only what it does read is asked for'),
});

const secrets = z.union([z.string().min(16), z.array(z.string().min(16)).min(1)]);

export const configSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('address of the GraphQL endpoint, https://…/pimcore-graphql-webservices/<configuration>'),
  apiKey: z.string().min(1).meta({ secret: true }).describe('API key of the Data Hub configuration (Security Definition)'),
  version: z
    .union([z.literal(10), z.literal(11), z.literal(12)])
    .describe('major version of Pimcore; the names that filters use depend on it'),
  entities: z
    .record(z.string().regex(/^(?!asset$)[\w-]+$/, 'is no name for a class: asset is what the files are called'), entity)
    .describe('what a pipeline may name under source.entity'),
  assetHosts: z.array(z.string().min(1)).default([]).describe("hosts besides the PIM's own that assets may be fetched from"),
  webhook: z
    .strictObject({
      header: z.string().min(1).default('x-api-key').describe('header that the subscriber sends the secret in'),
      secret: secrets.meta({ secret: true }).describe('its value, 16 characters at least; two while one replaces the other'),
    })
    .optional()
    .describe('what proves that a webhook comes from this PIM'),
});

export type Config = z.infer<typeof configSchema>;
export type Entity = z.infer<typeof entity>;
export type Field = z.infer<typeof field>;
export type Version = Config['version'];
