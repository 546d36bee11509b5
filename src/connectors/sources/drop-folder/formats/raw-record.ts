import type { JsonValue } from '../../../contract/index.js';

/** Something that stands where a record should: its shape is not judged yet. */
export interface RawRecord {
  /** Line of the file it begins at, counted from 1. */
  readonly line: number;
  readonly value: JsonValue;
}

/** Longer than any record of a catalogue; without a limit a file without a line break is read into memory whole. */
export const longestRecord = 8_000_000;
