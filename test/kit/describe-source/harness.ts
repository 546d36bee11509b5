import type { Needs, OpenSource, SourceRecord } from '../../../src/connectors/contract/index.js';

/** A PIM's clock. It stands still unless it is moved on, so that two edits fall into one second where that is wanted. */
export interface PimClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds; negative sets it back. */
  advance(ms: number): void;
}

/** A running PIM of one's own, seen from behind, and how sources are opened on it. */
export interface SourceHarness {
  /** A source that knows nothing of one opened before, as after a crash. The battery closes it. */
  open(): Promise<OpenSource>;
  readonly entity: string;
  readonly needs: Needs;
  /** Most records of a page. */
  readonly pageSize: number;
  /** Most keys of one fetch. */
  readonly maxKeys: number;
  readonly clock: PimClock;
  /** Changes are read from a sequence, in which nothing appears late: what was named is not named again for the sake of an overlap. */
  readonly sequence?: boolean;
  /** Keys of all records there are. */
  keys(): readonly string[];
  /** False: of what does not exist the PIM says just what it says of what may not be read, so that nothing removed is ever absent. */
  readonly provesAbsence?: false;
  /** Adds a record that shows this text; answers its key. */
  add(text: string): string;
  edit(key: string, text: string): void;
  /** An edit that carries an earlier time than its appearance: its transaction took that long. */
  editLate(key: string, text: string, stamp: number): void;
  /** What hangs below it may go with it. */
  remove(key: string): void;
  /** The text that `add` and `edit` gave. */
  textOf(record: SourceRecord): string | null;
  /** The PIM does not know the cursors it has given so far any more; nothing happens where they cannot expire. */
  expireCursors(): void;
  /** From now on every request for records fails, until what is answered is called. */
  fail(): () => void;
  close(): Promise<void>;
}
