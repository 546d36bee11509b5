/** Lets a worker that is idle be called. A ring while nobody listens is kept for the next who does. */
export class Bell {
  private rung = false;
  private readonly listeners = new Set<() => void>();

  ring(): void {
    this.rung = this.listeners.size === 0;
    for (const listener of this.listeners) listener();
  }

  /** Resolves with the next ring, or after so many milliseconds, or as soon as the signal says stop. */
  async heard(ms: number, signal: AbortSignal): Promise<void> {
    if (this.rung || signal.aborted) {
      this.rung = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.listeners.add(done);
    });
  }
}
