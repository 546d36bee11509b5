/** Who works under which names in this process; everybody else waits in the order they came. */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** Turns are taken for all names at once, so that nobody waits in a circle. */
  async alone<Result>(names: Iterable<string>, work: () => Promise<Result>): Promise<Result> {
    const mine = [...new Set(names)];
    const before = mine.map((name) => this.last.get(name) ?? Promise.resolve());
    let done = (): void => undefined;
    const turn = new Promise<void>((resolve) => (done = resolve));
    for (const name of mine) this.last.set(name, turn);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      done();
      for (const name of mine) if (this.last.get(name) === turn) this.last.delete(name);
    }
  }
}
