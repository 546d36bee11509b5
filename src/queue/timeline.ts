import type { HistoryRow } from '../mirror/sql/read-history.js';
import type { ListedEntry } from './sql/list-entries.js';
import type { ShownError } from './sql/show-entry.js';

/** Something that happened to an entity, or is about to. */
export interface Moment {
  readonly time: Date;
  /** `due` lies ahead: the entry is looked at again then. */
  readonly what: 'queued' | 'failed' | 'remark' | 'delivered' | 'taken-down' | 'due';
  readonly run: number | null;
  readonly documentKey: string | null;
  /** For people: the cause, the error, the names of the fields. */
  readonly detail: string;
}

interface Happened {
  readonly entry: (ListedEntry & { readonly run: number | null }) | null;
  readonly errors: readonly ShownError[];
  readonly history: readonly HistoryRow[];
}

/** One list of what is known of an entity: its entry while it lives, what went wrong, and what was delivered. Pure; the newest first. */
export function timelineOf({ entry, errors, history }: Happened): Moment[] {
  const moments = [...(entry ? ofEntry(entry) : []), ...errors.map(ofError), ...history.map(ofHistory)];
  return moments.sort((a, b) => b.time.getTime() - a.time.getTime());
}

function ofEntry({ cause, kind, state, dueAt, enqueuedAt, run }: NonNullable<Happened['entry']>): Moment[] {
  const queued: Moment = { time: enqueuedAt, what: 'queued', run, documentKey: null, detail: `${kind}, by ${cause}` };
  if (dueAt === null) return [queued];
  return [{ time: dueAt, what: 'due', run, documentKey: null, detail: `${state} until then` }, queued];
}

function ofError({ time, severity, run, documentKey, stage, code, field, message }: ShownError): Moment {
  const what = severity === 'error' ? 'failed' : 'remark';
  return { time, what, run, documentKey, detail: `${stage}: ${code}${field === null ? '' : ` (${field})`}: ${message}` };
}

function ofHistory({ time, run, documentKey, state, takenDown, whole, changedFields }: HistoryRow): Moment {
  const base = { time, run, documentKey };
  if (state === 'gone') return { ...base, what: 'taken-down', detail: takenDown ?? 'gone' };
  return { ...base, what: 'delivered', detail: whole ? 'all fields' : changedFields.join(', ') || 'nothing new' };
}
