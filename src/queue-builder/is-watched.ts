/**
 * Whether a change touches anything a pipeline watches (`queue.watch`; null watches everything). No changed fields means
 * that nobody knows which they were: that is watched.
 *
 * A source names a field as a mapping's path does, or an attribute by its code alone; it may name less than is watched
 * (`values`, and `values.price` is watched) or more (`values.price.EUR`). Compared without case: where in doubt it is
 * watched, and costs a look. Whether a record is meant to be seen at all (`state`) is watched by everybody.
 */
export function isWatched(changedFields: readonly string[], watch: readonly string[] | null): boolean {
  if (watch === null || changedFields.length === 0) return true;
  return changedFields.some((field) => field === 'state' || watch.some((path) => isOneOf(field.toLowerCase(), path.toLowerCase())));
}

function isOneOf(field: string, path: string): boolean {
  return isWithin(field, path) || isWithin(path, field) || isWithin(bare(field), bare(path)) || isWithin(bare(path), bare(field));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`);
}

function bare(path: string): string {
  return path.startsWith('values.') ? path.slice('values.'.length) : path;
}
