import type { Log } from '../logging/log.js';

const quietMs = 10_000;

/** Says what was refused and why: the first at once, then how many a connection refused, one line in ten seconds. Who forges without end must not fill the log. */
export class Refusals {
  private readonly told = new Map<string, { at: number; untold: number }>();

  constructor(
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Only for connections that exist: their number is what bounds this. */
  note(connection: string, verdict: 'forged' | 'malformed', reason: string): void {
    const key = `${connection} ${verdict}`;
    const last = this.told.get(key);
    if (last && this.now() - last.at < quietMs) {
      last.untold += 1;
      return;
    }
    this.told.set(key, { at: this.now(), untold: 0 });
    this.log.warn('an event was refused', { connection, verdict, reason, moreBefore: last?.untold ?? 0 });
  }
}
