/** Who writes a file: each process files of its own, so that no two of them ever turn over the same one. */
export interface Writer {
  /** What the process is: `all`, `worker`, `api`, `cli`. */
  readonly role: string;
  readonly host: string;
  readonly pid: number;
}

/** `pim2shop-2026-11-21-worker-shop1-4242-1.log`: the day in UTC, who writes it, and which one of that day. */
export function fileName(day: string, { role, host, pid }: Writer, number: number): string {
  return `pim2shop-${day}-${role}-${host.replace(/[^\w.]+/g, '_').slice(0, 60)}-${pid}-${number}.log`;
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** What the name of a file of the log says; null for any other file. Files of earlier versions count as somebody's, too. */
export interface LogFileName {
  readonly name: string;
  /** The same for all files of one process. */
  readonly writer: string;
  readonly state: 'plain' | 'packed' | 'being-packed';
}

export function readFileName(name: string): LogFileName | null {
  const [, whole = '', ending] = /^pim2shop-(.+?)\.log((?:\.\d+)?|\.gz|\.gz\.\d+\.part)$/.exec(name) ?? [];
  if (ending === undefined) return null;
  const writer = whole.replace(/^\d{4}-\d\d-\d\d-?/, '').replace(/-\d+$/, '');
  const state = ending === '.gz' ? 'packed' : ending.endsWith('.part') ? 'being-packed' : 'plain';
  return { name, writer, state };
}
