/** Where the first of these begins that has this id or a higher one; they are in the order of their ids. */
export function firstNotBefore(objects: readonly { readonly id: number }[], id: number): number {
  let [from, to] = [0, objects.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((objects[middle]?.id ?? 0) < id) from = middle + 1;
    else to = middle;
  }
  return from;
}
