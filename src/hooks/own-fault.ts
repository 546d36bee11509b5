/** SQLSTATE 22, 23, 54: what it holds cannot be stored, today or tomorrow. Everything else is the database's. */
export function isOwnFault(error: unknown): boolean {
  const code: unknown = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(22|23|54)...$/.test(code);
}
