import type { Fetched, JsonObject, SourceRecord } from '../../contract/index.js';
import type { GraphqlError } from './graphql-error.js';
import { isObject } from './json.js';
import type { PimcoreApi } from './pimcore-api.js';
import { type Listing, type Node, readIds, upperFirst } from './read-page.js';
import { readRecord } from './read-record.js';

/** `getX` takes a GraphQL Int. */
const largest = 2_147_483_647;

/**
 * The newest records of some keys. What a listing leaves out proves nothing, because workspaces thin it: each
 * such key is asked for by itself, and only Data Hub's own "not found" is absence. Of assets it never says that.
 */
export async function fetchKeys(api: PimcoreApi, listing: Listing, keys: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const asked = [...new Set(keys)];
  const ids = asked.filter((key) => isId(key) && Number(key) <= largest);
  // MySQL would read "12abc" and "012" as 12: they are not even asked for. No object can have such an id.
  const impossible = asked.filter((key) => !isId(key));
  if (ids.length === 0) return { records: [], absent: impossible };
  const { nodes, readFrom } = await readIds(api, listing, ids, signal);
  const found = new Set(nodes.map(({ key }) => key));
  const missing = ids.filter((id) => !found.has(id));
  const rest = missing.length === 0 || !listing.tellsMissing ? { records: [], absent: [] } : await fetchEach(api, listing, missing, signal);
  const records = nodes.map((node) => readRecord(node, listing.selection, readFrom));
  return { records: [...records, ...rest.records], absent: [...impossible, ...rest.absent] };
}

function isId(key: string): boolean {
  return /^[1-9]\d*$/.test(key);
}

/** One request for all of them, each by its own field of the query. */
async function fetchEach(api: PimcoreApi, listing: Listing, ids: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const { entity, selection } = listing;
  const asked = ids.map((id) => `o${id}: get${upperFirst(entity.class)}(id: ${id}) { ${selection.text} }`);
  const { data, errors, readFrom } = await api.ask(`{ ${asked.join(' ')} }`, {}, signal);
  const records: SourceRecord[] = [];
  const absent: string[] = [];
  for (const id of ids) {
    const own = errors.filter(({ path }) => path[0] === `o${id}`);
    const node = foundNode(id, data, own);
    if (node !== null) records.push(readRecord(node, selection, readFrom));
    else if (saysMissing(id, data, own)) absent.push(id);
    // Nobody said anything of it: that is no answer.
    else if (own.length === 0) throw errors.length > 0 ? api.refusal(errors) : api.badAnswer(`nothing of object ${id}`);
  }
  return { records, absent };
}

/**
 * Data Hub's own words for an object that does not exist; "permission denied" is none, and null alone is none.
 * Resolver/QueryType.php, resolveObjectGetter and createArgumentErrorMessage.
 */
function saysMissing(id: string, data: JsonObject, errors: readonly GraphqlError[]): boolean {
  return data[`o${id}`] === null && errors.some(({ path, message }) => path.length === 1 && message === `object with id:'${id}' not found`);
}

function foundNode(id: string, data: JsonObject, errors: readonly GraphqlError[]): Node | null {
  const fields = data[`o${id}`];
  if (!isObject(fields) || fields.id !== id) return null;
  const problems = new Map(errors.flatMap(({ path, message }) => (typeof path[1] === 'string' ? [[path[1], message] as const] : [])));
  return { key: id, fields, problems };
}
