import type { SourceRecord } from './record.js';

/** What the source says happened. A hint only: every entry is fetched when it is processed (rule 10). */
export type ChangeKind = 'created' | 'updated' | 'deleted';

/**
 * Which state of a record was seen.
 *
 * `closed` decides whether seeing the same version again is news (rule 2): a counter or a hash is
 * always closed; a modification time is closed once it is older than the source's resolution,
 * because until then a second edit may still receive the same time.
 */
export interface SourceVersion {
  /** Equal ids mean the same version. */
  readonly id: string;
  /** Comparable position of the version (epoch milliseconds or a counter), or null where versions have no order (a hash). */
  readonly order: number | null;
  readonly closed: boolean;
}

/** One noticed change of one record of the source. */
export interface Change {
  /** The source's immutable key of the record. */
  readonly key: string;
  readonly kind: ChangeKind;
  readonly version: SourceVersion | null;
  /**
   * Every field that may have changed since the record was announced last, named as a mapping's path (`categories`,
   * `values.name`), `state` where the record's state may have; left out where that is not known for certain: a pipeline
   * may watch some fields only.
   */
  readonly changedFields?: readonly string[];
  /** The record itself, where the page that announced the change carried it anyway. */
  readonly record?: SourceRecord;
}
