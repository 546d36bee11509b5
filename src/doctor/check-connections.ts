import { didYouMean } from '../mapping/did-you-mean.js';
import type { Connection } from '../config/load-connections.js';
import { Refusal } from '../model/refusal.js';
import { checkConnection, type CheckedConnection, type CheckOptions } from './check-connection.js';

/** How long one is waited for where nobody says: a shop that takes longer for one small question works for nobody. */
export const checkLimitMs = 20_000;

/** Checks these, or all where none is named, side by side; in the order of the file. */
export async function checkConnections(
  known: ReadonlyMap<string, Connection>,
  names: readonly string[],
  options: CheckOptions,
): Promise<CheckedConnection[]> {
  for (const name of names)
    if (!known.has(name)) throw new Refusal('unknown', `There is no connection "${name}": ${didYouMean(name, [...known.keys()])}`);
  const wanted = [...known.values()].filter(({ name }) => names.length === 0 || names.includes(name));
  return Promise.all(wanted.map((connection) => checkConnection(connection, options)));
}
