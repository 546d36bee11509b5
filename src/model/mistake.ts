/** Something wrong in a file that a person wrote: where it stands, what is wrong, what to write instead. */
export interface Mistake {
  /** Relative to the mappings folder. */
  readonly file: string;
  /** From 1; 1:1 where the whole file is meant. */
  readonly line: number;
  readonly column: number;
  readonly problem: string;
  readonly advice: string;
}
