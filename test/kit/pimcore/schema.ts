import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import type { GraphQLFieldConfigMap, GraphQLOutputType } from 'graphql';
import { asset, assetOf, element, hotspot, hotspots, link, quantity } from './field-types.js';
import type { World } from './listing.js';
import { assetQueries, queries } from './queries.js';
import type { PimObject } from './state.js';

type Fields = GraphQLFieldConfigMap<PimObject, World>;
type Resolve<Answer> = (object: PimObject, args: { readonly language?: string }, world: World) => Answer;

export interface SchemaOptions {
  /** Columns and queries that nobody added to the schema of the configuration. */
  readonly without?: readonly string[];
}

/** The schema that Data Hub makes of two classes, Car and Brand; cars inherit. */
export function buildSchema({ without = [] }: SchemaOptions): GraphQLSchema {
  const kept = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([name]) => !without.includes(name)));
  const classType = (name: string, own: () => Fields) =>
    new GraphQLObjectType<PimObject, World>({
      name: `object_${name}`,
      interfaces: [element],
      isTypeOf: (value) => typeof value === 'object' && value !== null && 'className' in value && value.className === name,
      fields: () => kept({ ...systemFields(tree), ...own() }),
    });
  const brand = classType('Brand', () => ({ name: localized('name'), code: value('code', GraphQLString) }));
  const car: GraphQLObjectType<PimObject, World> = classType('Car', () => ({
    sku: value('sku', GraphQLString),
    price: value('price', GraphQLFloat),
    name: localized('name'),
    description: localized('description'),
    weight: value('weight', quantity),
    website: value('website', link),
    brand: { type: union('object_Car_brand', [brand]), resolve: one('brand') },
    related: { type: new GraphQLList(union('object_Car_related', [car])), resolve: many('related') },
    picture: {
      type: asset,
      resolve: (object, _args, world) =>
        assetOf(
          world.state.value(object, (one) => one.fields.picture),
          world,
        ),
    },
    manual: {
      type: union('object_Car_manual', [asset]),
      resolve: (object, _args, world) =>
        assetOf(
          world.state.value(object, (one) => one.fields.manual),
          world,
        ),
    },
    hero: { type: hotspot, resolve: (object, _args, { state }) => hotspots(state.value(object, (one) => one.fields.hero))[0] ?? null },
    gallery: {
      type: new GraphQLList(hotspot),
      // Helper/ImageGallery.php leaves out what may not be read.
      resolve: (object, _args, world) => {
        const read = hotspots(world.state.value(object, (each) => each.fields.gallery)).filter(({ id }) => assetOf(id, world) !== null);
        return read.length > 0 ? read : null;
      },
    },
  }));
  const tree = union('object_tree', [car, brand]);
  return new GraphQLSchema({
    query: new GraphQLObjectType<unknown, World>({
      name: 'Query',
      fields: { ...queries('Car', car), ...queries('Brand', brand), ...(without.includes('getAssetListing') ? {} : assetQueries()) },
    }),
  });
}

/** Those that every class has, and those that have to be added to the schema: key, fullpath, published. PimcoreObjectType.php */
function systemFields(tree: GraphQLUnionType): Fields {
  return {
    id: { type: GraphQLID },
    creationDate: { type: GraphQLInt },
    modificationDate: { type: GraphQLInt },
    classname: { type: GraphQLString, resolve: ({ className }) => className },
    objectType: { type: GraphQLString, resolve: ({ type }) => type },
    key: { type: GraphQLString },
    published: { type: GraphQLBoolean },
    fullpath: { type: GraphQLString, resolve: (object, _args, { state }) => state.fullpath(object) },
    parent: {
      type: tree,
      // Resolver/Element.php, extractSingleElement: a folder is none of the union's types, and null.
      resolve: (object, _args, { state, workspaces }) => {
        const parent = state.parent(object);
        return parent !== null && parent.className !== null && workspaces.mayRead(parent) ? parent : null;
      },
    },
  };
}

function union(name: string, types: readonly GraphQLObjectType[]): GraphQLUnionType {
  return new GraphQLUnionType({ name, types });
}

function value(field: string, type: GraphQLOutputType): Fields[string] {
  return { type, resolve: (object, _args, { state }) => state.value(object, (one) => one.fields[field]) };
}

function localized(field: string): Fields[string] {
  const resolve: Resolve<unknown> = (object, { language = 'en' }, { state }) =>
    state.value(object, (one) => one.localized[field]?.[language]);
  return { type: GraphQLString, args: { language: { type: GraphQLString } }, resolve };
}

/** Helper/Href.php */
function one(field: string): Resolve<PimObject | null> {
  return (object, _args, { state, workspaces }) => {
    const related = state.objects.get(Number(state.value(object, (each) => each.fields[field])));
    return related !== undefined && workspaces.mayRead(related) ? related : null;
  };
}

/** Helper/Objects.php */
function many(field: string): Resolve<PimObject[] | null> {
  return (object, _args, { state, workspaces }) => {
    const ids = state.value(object, (each) => each.fields[field]);
    if (!Array.isArray(ids) || ids.length === 0) return null;
    return ids.flatMap((id: number) => state.objects.get(id) ?? []).filter((related) => workspaces.mayRead(related));
  };
}
