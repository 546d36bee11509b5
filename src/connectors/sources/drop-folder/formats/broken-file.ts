/** A file that is not what its format says: nothing of it is taken. */
export class BrokenFile extends Error {
  constructor(
    /** Where reading ended, counted from 1. */
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
    this.name = 'BrokenFile';
  }
}
