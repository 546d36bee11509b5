import type { FindingDetails } from './finding.js';
import type { Digest } from './digest/digest.js';
import type { Severity } from './severity.js';

export type MessageKind = 'opened' | 'reminder' | 'escalated' | 'recovered' | 'daily' | 'weekly' | 'test';

/** An incident as a message tells of it. */
export interface IncidentContent {
  readonly id: number;
  readonly kind: string;
  readonly pipeline: string | null;
  readonly connection: string | null;
  readonly fingerprint: string;
  readonly message: string;
  readonly severity: Severity;
  /** Empty for what was opened by the flow a moment ago. */
  readonly details: Partial<FindingDetails>;
  readonly state: 'open' | 'closed';
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly notices: number;
}

export type MessageContent = IncidentContent | Digest | { readonly test: true };
