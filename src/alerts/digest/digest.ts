/** What a day or a week came to. */
export interface Digest {
  readonly period: 'daily' | 'weekly';
  readonly from: string;
  readonly to: string;
  readonly pipelines: readonly PipelineDigest[];
  /** The runs that took longest. */
  readonly slowest: readonly { readonly pipeline: string; readonly kind: string; readonly ms: number }[];
  /** What failed most, one line a cause however many entries. */
  readonly causes: readonly CauseDigest[];
  /** How many more causes there are. */
  readonly moreCauses: number;
  readonly alerts: { readonly opened: number; readonly closed: number; readonly open: readonly OpenAlert[] };
}

export interface PipelineDigest {
  readonly pipeline: string;
  /** Without those that only note what events bring; what those delivered is counted. */
  readonly runs: number;
  readonly failedRuns: number;
  readonly delivered: number;
  readonly removed: number;
  readonly dead: number;
  /** The same of as long a time, a week before; null where nothing ran then. */
  readonly before: { readonly delivered: number; readonly dead: number } | null;
}

export interface CauseDigest {
  readonly pipeline: string;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  /** It was never seen before the mapping changed last. */
  readonly isNew: boolean;
}

export interface OpenAlert {
  readonly kind: string;
  /** The pipeline or connection, where it is about one. */
  readonly about: string | null;
  readonly since: string;
}
