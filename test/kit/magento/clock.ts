/** The database's clock: UTC, whole seconds. */
export function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
