/** What a run did when: milliseconds from its start; null as long as it goes on. */
export type Phases = Readonly<Partial<Record<PhaseName, readonly [number, number | null]>>>;

/** Making ready what the shop needs; reading the source; bringing what was queued into the shop. The last two overlap. */
export type PhaseName = 'preparing' | 'reading' | 'delivering';

/** Keeps the time of what a run does. By a clock that nobody sets, from the start of the run. */
export class RunPhases {
  private readonly began = performance.now();
  private phases: Phases = {};

  get all(): Phases {
    return this.phases;
  }

  async during<Result>(name: PhaseName, work: () => Promise<Result>): Promise<Result> {
    const from = this.now();
    this.phases = { ...this.phases, [name]: [from, null] };
    try {
      return await work();
    } finally {
      this.phases = { ...this.phases, [name]: [from, this.now()] };
    }
  }

  private now(): number {
    return Math.round(performance.now() - this.began);
  }
}
