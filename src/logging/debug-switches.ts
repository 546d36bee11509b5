/** Something whose debug lines are wanted although the level leaves them out. */
export interface DebugTarget {
  readonly pipeline: string;
  /** Null: every entry of the pipeline. */
  readonly entry: string | null;
}

/** What is to be told in detail just now; set by whoever looks at the table now and then (`sync/debug-watch.ts`). */
export class DebugSwitches {
  private on: readonly DebugTarget[] = [];

  set(targets: readonly DebugTarget[]): void {
    this.on = targets;
  }

  /** As nearly always: whoever asks for each line need not look further. */
  get isIdle(): boolean {
    return this.on.length === 0;
  }

  /** Lines of a pipeline as a whole belong to each of its entries. */
  isOn(about: { readonly pipeline?: unknown; readonly entry?: unknown }): boolean {
    return this.on.some(
      ({ pipeline, entry }) => pipeline === about.pipeline && (entry === null || about.entry === undefined || entry === about.entry),
    );
  }
}

/** Those of this process. */
export const debugSwitches = new DebugSwitches();
