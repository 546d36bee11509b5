export interface ChunkLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** Cuts items into requests that stay under both limits; an item that is too large by itself goes alone, for the shop to judge. */
export function inChunks<Item>(items: readonly Item[], bytesOf: (item: Item) => number, limits: ChunkLimits): Item[][] {
  const chunks: Item[][] = [];
  let current: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (current.length > 0 && (current.length >= limits.maxItems || bytes + size > limits.maxBytes)) {
      chunks.push(current);
      current = [];
      bytes = 0;
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) chunks.push(current);
  return chunks;
}
