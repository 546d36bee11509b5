import { GraphQLFloat, GraphQLID, GraphQLInt, GraphQLInterfaceType, GraphQLObjectType, GraphQLString, GraphQLUnionType } from 'graphql';
import type { World } from './listing.js';
import type { AssetFolder, PimAsset } from './state.js';

export const element = new GraphQLInterfaceType({ name: 'element', fields: { id: { type: GraphQLID } } });

/** https://github.com/pimcore/data-hub AssetType/AssetType.php: as much of it as is asked for. It has no checksum. */
export const asset = new GraphQLObjectType<PimAsset, World>({
  name: 'asset',
  interfaces: [element],
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'bytes' in value,
  fields: {
    id: { type: GraphQLID },
    filename: { type: GraphQLString, resolve: ({ fullpath }) => fullpath.slice(fullpath.lastIndexOf('/') + 1) },
    mimetype: { type: GraphQLString, resolve: ({ mimeType }) => mimeType },
    modificationDate: { type: GraphQLInt },
    filesize: { type: GraphQLInt, resolve: ({ bytes }) => bytes.length },
    fullpath: {
      type: GraphQLString,
      args: { thumbnail: { type: GraphQLString } },
      resolve: ({ fullpath }, { thumbnail }: { readonly thumbnail?: string }) => {
        if (/^https?:/.test(fullpath)) return fullpath;
        const encoded = fullpath.split('/').map(encodeURIComponent).join('/');
        return thumbnail === undefined ? encoded : `/thumbs/${thumbnail}${encoded}`;
      },
    },
  },
});

/** AssetType/AssetFolderType.php */
const assetFolder = new GraphQLObjectType<AssetFolder, World>({
  name: 'asset_folder',
  isTypeOf: (value) => typeof value === 'object' && value !== null && !('bytes' in value),
  fields: { id: { type: GraphQLID }, fullpath: { type: GraphQLString }, modificationDate: { type: GraphQLInt } },
});
/** AssetType/AssetTreeType.php */
export const assetTree = new GraphQLUnionType({ name: 'asset_tree', types: [asset, assetFolder] });

export const hotspot = new GraphQLObjectType<{ readonly id: number }, World>({
  name: 'hotspotimage',
  fields: { image: { type: asset, resolve: ({ id }, _args, world) => assetOf(id, world) } },
});
const unit = new GraphQLObjectType({ name: 'unit', fields: { id: { type: GraphQLID }, abbreviation: { type: GraphQLString } } });
export const quantity = new GraphQLObjectType<{ readonly value: number; readonly unit: string }, World>({
  name: 'quantity_value',
  fields: {
    value: { type: GraphQLFloat },
    unit: { type: unit, resolve: (value) => ({ id: value.unit, abbreviation: value.unit }) },
  },
});
export const link = new GraphQLObjectType({ name: 'link', fields: { text: { type: GraphQLString }, path: { type: GraphQLString } } });

export function assetOf(id: unknown, { state, workspaces }: World): PimAsset | null {
  const found = state.assets.get(Number(id));
  return found !== undefined && workspaces.mayRead(found) ? found : null;
}

export function hotspots(value: unknown): { readonly id: number }[] {
  return Array.isArray(value) ? value.map((id: number) => ({ id })) : [];
}
