import { GraphQLBoolean, GraphQLInt, GraphQLList, GraphQLObjectType, GraphQLString } from 'graphql';
import type { GraphQLFieldConfigMap, GraphQLOutputType } from 'graphql';
import { ClientSafeError } from './client-safe-error.js';
import { assetTree } from './field-types.js';
import { assetListing, listing, type ListingArguments, type World } from './listing.js';
import type { PimObject } from './state.js';

const strings = { type: new GraphQLList(GraphQLString) };
const listingArguments = {
  ids: { type: GraphQLString },
  first: { type: GraphQLInt },
  after: { type: GraphQLInt },
  sortBy: strings,
  sortOrder: strings,
  filter: { type: GraphQLString },
  published: { type: GraphQLBoolean },
};

/** Query/QueryType.php: what a class can be asked by. */
export function queries(name: string, type: GraphQLObjectType<PimObject, World>): GraphQLFieldConfigMap<unknown, World> {
  return {
    [`get${name}`]: {
      type,
      args: { id: { type: GraphQLInt }, fullpath: { type: GraphQLString } },
      resolve: (_source: unknown, { id }: { readonly id?: number }, { state, workspaces }: World) => {
        const object = state.objects.get(id ?? 0);
        if (object?.className !== name) throw new ClientSafeError(`object with id:'${id}' not found`);
        if (!workspaces.mayRead(object)) throw new ClientSafeError('permission denied. check your workspace settings');
        return object;
      },
    },
    [`get${name}Listing`]: {
      type: connectionOf(name, type),
      args: listingArguments,
      resolve: (_source: unknown, args: ListingArguments, world: World) => listing(world, name, args),
    },
  };
}

/** What assets can be listed by, where the configuration shows their listing. */
export function assetQueries(): GraphQLFieldConfigMap<unknown, World> {
  return {
    getAssetListing: {
      type: connectionOf('Asset', assetTree),
      args: listingArguments,
      resolve: (_source: unknown, args: ListingArguments, world: World) => assetListing(world, args),
    },
  };
}

function connectionOf(name: string, type: GraphQLOutputType): GraphQLObjectType {
  const edge = new GraphQLObjectType({ name: `${name}Edge`, fields: { cursor: { type: GraphQLString }, node: { type } } });
  return new GraphQLObjectType({
    name: `${name}Connection`,
    fields: { edges: { type: new GraphQLList(edge) }, totalCount: { type: GraphQLInt } },
  });
}
