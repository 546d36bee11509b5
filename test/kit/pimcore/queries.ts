import { GraphQLBoolean, GraphQLInt, GraphQLList, GraphQLObjectType, GraphQLString } from 'graphql';
import type { GraphQLFieldConfigMap } from 'graphql';
import { ClientSafeError } from './client-safe-error.js';
import { listing, type ListingArguments, type World } from './listing.js';
import type { PimObject } from './state.js';

/** Query/QueryType.php: what a class can be asked by. */
export function queries(name: string, type: GraphQLObjectType<PimObject, World>): GraphQLFieldConfigMap<unknown, World> {
  const edge = new GraphQLObjectType({ name: `${name}Edge`, fields: { cursor: { type: GraphQLString }, node: { type } } });
  const connection = new GraphQLObjectType({
    name: `${name}Connection`,
    fields: { edges: { type: new GraphQLList(edge) }, totalCount: { type: GraphQLInt } },
  });
  const strings = { type: new GraphQLList(GraphQLString) };
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
      type: connection,
      args: {
        ids: { type: GraphQLString },
        first: { type: GraphQLInt },
        after: { type: GraphQLInt },
        sortBy: strings,
        sortOrder: strings,
        filter: { type: GraphQLString },
        published: { type: GraphQLBoolean },
      },
      resolve: (_source: unknown, args: ListingArguments, world: World) => listing(world, name, args),
    },
  };
}
