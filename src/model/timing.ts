/**
 * When something of a pipeline is due: once in every span of so many milliseconds, or at the times of a cron expression in a
 * time zone (an IANA name; that of the process where none is named).
 */
export type Timing = ({ readonly everyMs: number } | { readonly at: string; readonly timezone?: string | null }) & {
  /** It starts up to so much later, milliseconds: each pipeline and slot has its own share of it. */
  readonly jitterMs?: number;
};

/** Hours in which nothing starts that lists everything; where it ends before it begins, it ends on the next day. */
export interface Blackout {
  /** Days on which it begins, 1 is Monday. */
  readonly days: readonly number[];
  /** Minutes since midnight, by the clock on the wall. */
  readonly from: number;
  readonly to: number;
  /** IANA name; null: that of the process. */
  readonly timezone: string | null;
  /** No delta starts either. */
  readonly delta: boolean;
}

/** A pipeline whose pass goes before that of another. */
export interface Prerequisite {
  readonly pipeline: string;
  /** A pass that failed, or does not begin, is waited for no longer than this, milliseconds. */
  readonly atMostMs: number;
}
