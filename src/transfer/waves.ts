/** What a document must wait for inside its own batch. */
export interface Ordered {
  readonly key: string;
  /** Keys of documents that must be acknowledged before this one goes. Keys outside the batch are not waited for. */
  readonly after: readonly string[];
}

/**
 * Cuts a batch into waves, each of which refers only to what went in earlier ones: a parent before its
 * children, a base document before those that inherit from it. What stands in a cycle goes last, in one
 * wave: its references cannot be resolved then, and the items say so one by one.
 */
export function inWaves<Item extends Ordered>(items: readonly Item[]): Item[][] {
  const open = new Map(items.map((item) => [item.key, item]));
  const waves: Item[][] = [];
  while (open.size > 0) {
    const wave = [...open.values()].filter((item) => item.after.every((key) => key === item.key || !open.has(key)));
    const next = wave.length > 0 ? wave : [...open.values()];
    for (const item of next) open.delete(item.key);
    waves.push(next);
  }
  return waves;
}
