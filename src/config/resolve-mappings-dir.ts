import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectionsFile } from './load-connections.js';
import type { Environment } from './substitute.js';

export type MappingsDir = { readonly dir: string } | { readonly problem: string };

/**
 * Finds the mappings folder: the one named on the command line, else by PIM2SHOP_MAPPINGS, else ./mappings
 * if it has a connections.yaml, else the only folder in it that has one.
 */
export function resolveMappingsDir(named: string | undefined, env: Environment, cwd = process.cwd()): MappingsDir {
  const chosen = named ?? (env.PIM2SHOP_MAPPINGS || undefined);
  if (chosen !== undefined) {
    const dir = resolve(cwd, chosen);
    const by = named === undefined ? 'PIM2SHOP_MAPPINGS' : '--mappings';
    return hasConnections(dir) ? { dir } : { problem: `${by} names ${chosen}, which has no ${connectionsFile}.` };
  }
  const dir = resolve(cwd, 'mappings');
  if (hasConnections(dir)) return { dir };
  const found = foldersIn(dir).filter(hasConnections);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return { dir: only };
  return {
    problem:
      only === undefined
        ? `There is no mappings folder: ${dir} has no ${connectionsFile}, nor has a folder in it. Name one with --mappings DIR.`
        : `There are several mappings folders: ${found.join(', ')}. Name one with --mappings DIR.`,
  };
}

function hasConnections(dir: string): boolean {
  return existsSync(join(dir, connectionsFile));
}

function foldersIn(dir: string): string[] {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) return [];
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(dir, entry.name))
    .sort();
}
