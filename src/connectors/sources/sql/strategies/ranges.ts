import { z } from 'zod';

/** Whole numbers from one to another, both included, in rising order and apart from each other; as text, for they may be large. */
export const Ranges = z.array(z.tuple([z.string().regex(/^\d+$/), z.string().regex(/^\d+$/)]));
export type Ranges = z.infer<typeof Ranges>;

/** Those up to a number, and those behind it. */
export function splitAt(ranges: Ranges, number: bigint): { readonly upTo: Ranges; readonly behind: Ranges } {
  const upTo: Ranges = [];
  const behind: Ranges = [];
  for (const [from, to] of ranges) {
    if (BigInt(to) <= number) upTo.push([from, to]);
    else if (BigInt(from) > number) behind.push([from, to]);
    else {
      upTo.push([from, String(number)]);
      behind.push([String(number + 1n), to]);
    }
  }
  return { upTo, behind };
}

/** What is left of them without these numbers, which rise. */
export function without(ranges: Ranges, numbers: readonly bigint[]): Ranges {
  const left: Ranges = [];
  let index = 0;
  for (const [first, last] of ranges) {
    let from = BigInt(first);
    const to = BigInt(last);
    for (let number = numbers[index]; number !== undefined && number <= to; number = numbers[(index += 1)]) {
      if (number > from) left.push([String(from), String(number - 1n)]);
      if (number >= from) from = number + 1n;
    }
    if (from <= to) left.push([String(from), String(to)]);
  }
  return left;
}

/** So many at most: neighbours are taken together with what lies between them. */
export function coarsened(ranges: Ranges, most: number): Ranges {
  const each = Math.ceil(ranges.length / most);
  if (each <= 1) return ranges;
  const joined: Ranges = [];
  for (let index = 0; index < ranges.length; index += each) {
    const [first, last] = [ranges[index], ranges[Math.min(index + each, ranges.length) - 1]];
    if (first !== undefined && last !== undefined) joined.push([first[0], last[1]]);
  }
  return joined;
}
