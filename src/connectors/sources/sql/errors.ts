import { BadAnswer, ConnectorError, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';

/** What a driver throws: errors of the server's with a code, and of the line's with another. */
export interface DriverError {
  readonly message: string;
  readonly code: string;
  readonly state: string;
}

/** Errors made by Node's core are of another realm in tests: they are told by what they have. */
export function driverError(error: unknown): DriverError {
  const { message, code, sqlState } = (error ?? {}) as { message?: unknown; code?: unknown; sqlState?: unknown };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  // A connection that was refused at every address of its host has no message of its own.
  return { message: text(message) || text(code) || 'no answer', code: text(code), state: text(sqlState) || text(code) };
}

/**
 * What becomes of an error, by its SQLSTATE (the classes are the standard's; the rest of PostgreSQL's and MariaDB's):
 * 28 refuses who asks, 42 what is asked for, 22 stumbles over data; everything else passes.
 */
export function asConnectorError(connection: string, product: string, error: unknown): Error {
  if (error instanceof ConnectorError || (error instanceof Error && isMistake(error))) return error;
  const { message, code, state } = driverError(error);
  const said = `${connection}: ${product} says: ${message}`;
  if (state.startsWith('28') || code === 'ER_DBACCESS_DENIED_ERROR') return new Unauthorized(said);
  if (state.startsWith('42') || state.startsWith('3D') || state.startsWith('3F') || state === '25006' || state.startsWith('0A'))
    return new Misconfigured(said);
  return state.startsWith('22') ? new BadAnswer(said) : new Unavailable(said);
}

/** A mistake of this program's own: nothing that waiting would mend. */
function isMistake({ name }: Error): boolean {
  return name === 'TypeError' || name === 'RangeError' || name === 'ReferenceError' || name === 'SyntaxError';
}
