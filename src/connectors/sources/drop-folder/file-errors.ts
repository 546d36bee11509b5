import { ConnectorError, Misconfigured, Unavailable } from '../../contract/index.js';

/** What a person has to change: rights, or folders on two file systems. */
const forAPerson = new Set(['EACCES', 'EPERM', 'EROFS', 'EXDEV', 'ENOTDIR', 'ENAMETOOLONG']);

export function codeOf(error: unknown): string | null {
  return error !== null && typeof error === 'object' && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** A share that is away is waited for. The sentence of the system names paths, ours the connection. */
export function asConnectorError(connection: string, error: unknown): unknown {
  if (error instanceof ConnectorError) return error;
  const code = codeOf(error);
  if (code === 'ABORT_ERR') return new Unavailable(`${connection}: told to stop`);
  if (code === null || !/^E[A-Z]+$/.test(code)) return error;
  const message = `${connection}: the drop folder cannot be used (${code})`;
  return forAPerson.has(code) ? new Misconfigured(message) : new Unavailable(message);
}
