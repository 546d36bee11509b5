import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { readRuns, type RunNow } from './sql/list-runs.js';

type Listener = (run: RunNow) => void;

/** Tells whoever listens how runs stand, once a second: with one read for all of them, and none while nobody listens. */
export class RunFeed {
  private readonly listeners = new Map<number, Set<Listener>>();
  private timer: NodeJS.Timeout | null = null;
  private looking = false;
  private failing = false;

  constructor(
    private readonly sql: Sql,
    private readonly log: Log,
    private readonly everyMs = 1_000,
  ) {}

  /** How many listen. */
  get size(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Answers how to stop. */
  listen(run: number, listener: Listener): () => void {
    const all = this.listeners.get(run) ?? new Set();
    this.listeners.set(run, all.add(listener));
    this.timer ??= setInterval(() => void this.look(), this.everyMs);
    return () => {
      all.delete(listener);
      if (all.size === 0 && this.listeners.get(run) === all) this.listeners.delete(run);
      if (this.listeners.size > 0 || this.timer === null) return;
      clearInterval(this.timer);
      this.timer = null;
    };
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const runs = await readRuns(this.sql, [...this.listeners.keys()]);
      for (const run of runs) for (const listener of [...(this.listeners.get(run.id) ?? [])]) listener(run);
      this.failing = false;
    } catch (error) {
      // Whoever listens hears nothing new meanwhile; the next look may succeed.
      if (!this.failing) this.log.warn('how runs stand could not be read', { error: String(error) });
      this.failing = true;
    } finally {
      this.looking = false;
    }
  }
}
