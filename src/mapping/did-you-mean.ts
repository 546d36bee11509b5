import { closest, distance } from 'fastest-levenshtein';

/** The known word that was probably meant, in a sentence; else what there is to choose from. */
export function didYouMean(wrong: string, known: readonly string[]): string {
  if (known.length === 0) return 'there is none to choose from';
  const folded = new Map(known.map((word) => [word.toLowerCase(), word]));
  const nearest = closest(wrong.toLowerCase(), [...folded.keys()]);
  const near = distance(wrong.toLowerCase(), nearest) <= Math.max(2, Math.floor(wrong.length / 3));
  if (near) return `did you mean ${folded.get(nearest)}?`;
  const listed = known.slice(0, 20).join(', ');
  return `known: ${listed}${known.length > 20 ? `, … (${known.length})` : ''}`;
}
