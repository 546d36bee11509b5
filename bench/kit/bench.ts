export interface BenchOptions {
  /** Little data, one round: for CI, which compares results and judges no figure. */
  readonly tiny: boolean;
  readonly rounds: number;
  say(line: string): void;
}

/** One measured figure beside its reference. */
export interface Finding {
  readonly name: string;
  readonly unit: string;
  readonly reference: number;
  readonly measured: number;
  /** measured to reference; 1 is as fast as the reference. */
  readonly ratio: number;
  /** The ratio wanted at least; null where the figure is only reported. */
  readonly goal: number | null;
  /** Both did the same work, item for item. */
  readonly equal: boolean;
  /** Where the rest goes, in lines for a reader. */
  readonly notes: readonly string[];
}

export interface Bench {
  readonly name: string;
  readonly description: string;
  run(options: BenchOptions): Promise<readonly Finding[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
