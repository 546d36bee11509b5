import { ClientSafeError } from './client-safe-error.js';
import { firstNotBefore } from './first-not-before.js';
import { assetColumnOf, type Column, columnOf, compileFilter, idsAbove } from './filter.js';
import type { PimcoreState, PimObject } from './state.js';
import type { Workspaces } from './workspaces.js';

export interface ListingArguments {
  readonly ids?: string | null;
  readonly first?: number | null;
  readonly after?: number | null;
  readonly sortBy?: readonly string[] | null;
  readonly sortOrder?: readonly string[] | null;
  readonly filter?: string | null;
  readonly published?: boolean | null;
}

export interface World {
  readonly state: PimcoreState;
  readonly workspaces: Workspaces;
  readonly version: 10 | 11 | 12;
  /** Called between the count of a listing and its rows. */
  onCounted(): void;
}

/** What Resolver/QueryType.php makes of a listing: counted and loaded by two statements, each when its field is answered. */
export function listing(world: World, className: string, args: ListingArguments) {
  let kept: { readonly revision: number; readonly rows: PimObject[] } | null = null;
  const rows = () => {
    if (kept?.revision !== world.state.revision) kept = { revision: world.state.revision, rows: found(world, className, args) };
    return kept.rows;
  };
  return {
    totalCount: () => {
      const { length } = rows();
      world.onCounted();
      return length;
    },
    // Rows that may not be read go after the page was cut.
    edges: () =>
      page(
        ordered(rows(), (name) => columnOf(name, world), args),
        args,
      )
        .filter((object) => world.workspaces.mayRead(object))
        .map((node) => ({ cursor: `object-${node.id}`, node })),
  };
}

/** Resolver/AssetListing.php: counted and loaded at once. Folders are among them; there is nothing to publish. */
export function assetListing(world: World, args: ListingArguments) {
  const { state, workspaces } = world;
  const filter = args.filter === undefined || args.filter === null ? null : compileFilter(args.filter, assetColumnOf);
  if (filter === null && args.filter) throw new ClientSafeError('unable to decode filter');
  // They are written into the statement as they come.
  const ids = args.ids === undefined || args.ids === null ? null : args.ids.split(',').map(Number);
  const rows = () =>
    [...state.assetFolders.values(), ...state.assets.values()].filter((asset) => {
      if (ids !== null && !ids.includes(asset.id)) return false;
      return !workspaces.denied.has(asset.id) && (filter === null || filter(asset));
    });
  const totalCount = rows().length;
  world.onCounted();
  const edges = page(ordered(rows(), assetColumnOf, args), args).map((node) => ({ cursor: `asset-${node.id}`, node }));
  return { totalCount, edges };
}

function found(world: World, className: string, args: ListingArguments): PimObject[] {
  const { state, workspaces } = world;
  const filter = args.filter === undefined || args.filter === null ? null : compileFilter(args.filter, (name) => columnOf(name, world));
  if (filter === null && args.filter) throw new ClientSafeError('unable to decode filter');
  // As MySQL reads a number in quotes.
  const ids = args.ids === undefined || args.ids === null ? null : new Set(args.ids.split(',').map((id) => parseInt(id, 10) || 0));
  const all = state.ofClass(className);
  const candidates = args.filter ? all.slice(firstNotBefore(all, idsAbove(args.filter, world))) : all;
  return candidates.filter((object) => {
    if (args.published !== false && !object.published) return false;
    if (ids !== null && !ids.has(object.id)) return false;
    return workspaces.inside(object) && (filter === null || filter(object));
  });
}

/** Without `sortBy` the order is the database's affair: here another one at every call. */
let shuffles = 0;
function ordered<Row>(rows: Row[], columns: (name: string) => Column<Row>, { sortBy, sortOrder }: ListingArguments): Row[] {
  const [column] = sortBy ?? [];
  if (column === undefined) {
    shuffles += 1;
    const turn = rows.length === 0 ? 0 : (shuffles * 7) % rows.length;
    return [...rows.slice(turn), ...rows.slice(0, turn)];
  }
  const value = columns(column);
  const direction = sortOrder?.[0]?.toUpperCase() === 'DESC' ? -1 : 1;
  return [...rows].sort((a, b) => direction * (Number(value(a)) - Number(value(b))));
}

function page<Row>(rows: Row[], { first, after }: ListingArguments): Row[] {
  const from = after ?? 0;
  return first ? rows.slice(from, from + first) : rows.slice(from);
}
