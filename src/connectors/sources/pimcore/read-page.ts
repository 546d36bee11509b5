import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import type { Entity } from './config.js';
import { column, type Condition, filterOf, type Prefix } from './filter.js';
import type { GraphqlError } from './graphql-error.js';
import { isObject } from './json.js';
import type { PimcoreApi } from './pimcore-api.js';
import type { Selection } from './selection.js';

export const pageSize = 100;

/** An object's id, as GraphQL writes it. */
const isKey = (value: JsonValue | undefined): value is string => typeof value === 'string' && /^[1-9]\d*$/.test(value);

/**
 * Where a listing goes on: behind this id, and behind so many rows of which none could be seen. Ids are
 * given out once and never change, so that no edit, no new object and no removal moves a row over a border,
 * as with the offsets that Data Hub pages by.
 */
export const Place = z.object({ after: z.number(), skip: z.number() });
export type Place = z.infer<typeof Place>;
export const beginning: Place = { after: 0, skip: 0 };

export interface Node {
  readonly key: string;
  readonly fields: JsonObject;
  /** What Data Hub says went wrong, by the name of the field. */
  readonly problems: ReadonlyMap<string, string>;
}

export interface Page {
  readonly nodes: readonly Node[];
  /** Null at the end. */
  readonly next: Place | null;
  /** How many there are from this place on. */
  readonly left: number;
  /** See `GraphqlAnswer.readFrom`. */
  readonly readFrom: number;
}

export interface Listing {
  readonly entity: Entity;
  readonly prefix: Prefix;
  /** Whether Data Hub says of one that does not exist something else than of one that may not be read. */
  readonly tellsMissing: boolean;
  readonly selection: Selection;
  readonly conditions: readonly Condition[];
}

/** A page of a listing, by id. Unpublished objects are in it. */
export async function readPage(api: PimcoreApi, listing: Listing, place: Place, signal: AbortSignal, size = pageSize): Promise<Page> {
  const conditions: Condition[] = [...listing.conditions, { kind: 'id-above', id: place.after }];
  const answer = await api.ask(
    query(listing),
    { first: size, after: place.skip, sortBy: [column('id', listing.prefix)], filter: filterOf(conditions, listing.prefix), ids: null },
    signal,
  );
  const { nodes, edges, total } = readListing(api, answer.data, answer.errors);
  return { nodes, next: nextPlace(api, place, nodes, edges, total, size), left: total, readFrom: answer.readFrom };
}

/** The objects with these ids. What is left out of it may be gone, or not to be read. */
export async function readIds(api: PimcoreApi, listing: Listing, ids: readonly string[], signal: AbortSignal) {
  const answer = await api.ask(query(listing), { first: ids.length, after: null, sortBy: null, filter: null, ids: ids.join(',') }, signal);
  const { nodes } = readListing(api, answer.data, answer.errors);
  return { nodes: nodes.filter(({ key }) => ids.includes(key)), readFrom: answer.readFrom };
}

/** `totalCount` stands first because fields are answered in their order: what is counted was there when the edges were read. */
function query({ entity, selection }: Listing): string {
  return (
    'query ($first: Int, $after: Int, $sortBy: [String], $filter: String, $ids: String) { ' +
    `listing: get${upperFirst(entity.class)}Listing(first: $first, after: $after, sortBy: $sortBy, sortOrder: ["ASC"], ` +
    `filter: $filter, ids: $ids, published: false) { totalCount edges { node { ${selection.text} } } } }`
  );
}

function readListing(api: PimcoreApi, data: JsonObject, errors: readonly GraphqlError[]) {
  const { listing } = data;
  // An answer of another shape is no empty listing: that would look like a PIM without objects.
  if (!isObject(listing) || !Array.isArray(listing.edges) || typeof listing.totalCount !== 'number')
    throw errors.length > 0 ? api.refusal(errors) : api.badAnswer('no listing');
  const problems = problemsByEdge(api, errors);
  const nodes = listing.edges.flatMap((edge, index): Node[] => {
    const node = isObject(edge) && isObject(edge.node) ? edge.node : null;
    return node !== null && isKey(node.id) ? [{ key: node.id, fields: node, problems: problems.get(index) ?? new Map() }] : [];
  });
  return { nodes, edges: listing.edges.length, total: listing.totalCount };
}

/** Errors of single fields (`not_allowed_policy: 1` makes them) belong to their records; any other spoils the page. */
function problemsByEdge(api: PimcoreApi, errors: readonly GraphqlError[]): Map<number, Map<string, string>> {
  const found = new Map<number, Map<string, string>>();
  for (const { path, message } of errors) {
    const [, , edge, , field] = path;
    if (typeof edge !== 'number' || typeof field !== 'string') throw api.refusal(errors);
    const known = found.get(edge) ?? new Map<string, string>();
    found.set(edge, known.set(field, message));
  }
  return found;
}

/**
 * Rows that the key may not read are left out of a page after it was cut to its size (Resolver/QueryType.php,
 * resolveEdges): a short page is no end, nor is an empty one. The end is a page without rows where nothing was counted.
 */
function nextPlace(api: PimcoreApi, place: Place, nodes: readonly Node[], edges: number, total: number, size: number): Place | null {
  if (edges === 0 && total <= place.skip) return null;
  if (nodes.length === 0) return { after: place.after, skip: place.skip + size };
  const after = Math.max(...nodes.map(({ key }) => Number(key)));
  if (after <= place.after) throw api.badAnswer('objects that were not asked for: a page that leads back');
  return { after, skip: 0 };
}

export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
