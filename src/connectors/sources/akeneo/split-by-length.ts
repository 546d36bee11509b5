/** Servers commonly refuse a request line beyond 8 KB; attributes and the rest need room too. */
export const maxCharacters = 3500;

/** Lists of keys that each fit into the query of a GET, a hundred at most. */
export function splitByLength(keys: readonly string[]): string[][] {
  const lists: string[][] = [];
  let room = 0;
  for (const key of keys) {
    // Quotes and a comma become nine characters when the query is encoded.
    const length = encodeURIComponent(key).length + 9;
    const last = lists.at(-1);
    if (last === undefined || length > room || last.length === 100) {
      lists.push([key]);
      room = maxCharacters - length;
    } else {
      last.push(key);
      room -= length;
    }
  }
  return lists;
}
