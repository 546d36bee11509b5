import type { JsonObject } from '../../model/json.js';

/** What kind of failure it is: what the mapping refuses, what the shop said or did not say, what the source has not. A remark is none. */
export type IncidentClass = 'mapping' | 'rejected' | 'conflict' | 'retry' | 'unknown' | 'stale' | 'absent' | 'remark';

/** One thing that went wrong, or that a person should know. */
export interface Incident {
  readonly entityKey: string;
  readonly documentKey: string | null;
  readonly stage: 'fetch' | 'map' | 'transfer' | 'settle';
  readonly severity: 'error' | 'warning';
  readonly class: IncidentClass;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  /** The relevant part of what was sent and answered, as `failedExchange` cuts it; null where nothing was. */
  readonly context: JsonObject | null;
}
