import { createHash } from 'node:crypto';
import { Misconfigured } from '../../contract/index.js';
import type { Needs } from '../../contract/index.js';
import type { Entity } from './config.js';
import type { Listing } from './read-page.js';

/** The entity that needs no configuration: files, and whatever else lies in the tree of assets but its folders. */
export const assetEntity = 'asset';

/** As if they were a class of their own: what they can be asked by is called so. Query/QueryType.php, buildAssetListingQueries */
const assets: Entity = { class: 'Asset', inherits: false, fields: {} };

/** AssetType/AssetType.php. There is no checksum; `version` counts saved versions, of which none is kept where versioning is off. */
const plainFields = ['id', 'filename', 'fullpath', 'mimetype', 'type', 'filesize', 'creationDate', 'modificationDate'];

/** A listing of assets. Their table never had columns with `o_` in front, in no version of Pimcore. Its folders are left out. */
export function assetListing(needs: Needs): Listing {
  const [unknown] = lackedByAssets(needs);
  if (unknown !== undefined)
    throw new Misconfigured(`a mapping reads ${unknown}, which Pimcore's assets do not have: ${plainFields.join(', ')}`);
  const text = `... on asset { ${[...new Set(['id', 'modificationDate', ...needs.fields])].join(' ')} }`;
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return {
    entity: assets,
    prefix: '',
    // Query/QueryType.php, resolveAssetGetter: null is the answer to both.
    tellsMissing: false,
    selection: { text, values: [], plain: needs.fields, inherits: false, fingerprint },
    conditions: [{ kind: 'no-folder' }],
  };
}

/** Whether assets have all of this: a feed is also asked for what those need who only use it. */
export function assetsHave(needs: Needs): boolean {
  return lackedByAssets(needs).length === 0;
}

function lackedByAssets({ attributes, fields }: Needs): string[] {
  return [...(attributes ?? []).map((code) => `values.${code}`), ...fields.filter((name) => !plainFields.includes(name))];
}
