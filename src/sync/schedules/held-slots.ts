import type { OpenProject } from '../open-project.js';
import type { DueRun } from './due-run.js';
import { closeSlot, keepSlot, takeSlot, type SlotToken } from './sql/slots.js';

interface HeldSlot {
  readonly pipeline: string;
  readonly due: DueRun;
  readonly token: SlotToken;
}

/** Slots that this process has taken and works on together. Their leases are renewed until they are closed. */
export class HeldSlots {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly project: OpenProject,
    readonly held: readonly HeldSlot[],
  ) {
    this.timer = setInterval(() => void Promise.all(held.map((slot) => this.renew(slot))), project.leaseMs / 3);
    this.timer.unref();
  }

  /** Takes what it can of them, in this order; null where another process was first with the first: then the others are its as well. */
  static async take(
    project: OpenProject,
    wanted: readonly { readonly pipeline: string; readonly due: DueRun }[],
  ): Promise<HeldSlots | null> {
    const { sql, owner, leaseMs } = project;
    const held: HeldSlot[] = [];
    for (const { pipeline, due } of wanted) {
      const token = await takeSlot(sql, pipeline, due, { owner, leaseMs });
      if (token !== null) held.push({ pipeline, due, token });
      else if (held.length === 0) return null;
    }
    return new HeldSlots(project, held);
  }

  get pipelines(): readonly string[] {
    return this.held.map(({ pipeline }) => pipeline);
  }

  /** Another process has taken one of them over, and begun anew: this one ends. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** The time of each. */
  get times(): ReadonlyMap<string, Date> {
    return new Map(this.held.map(({ pipeline, due }) => [pipeline, due.slot]));
  }

  /** With what a person should know of it, if anything. */
  async close(how: 'done' | 'failed' | 'given-up', reason: string | null = null): Promise<void> {
    for (const { pipeline, due, token } of this.held) await closeSlot(this.project.sql, pipeline, due, token, how, reason);
  }

  stopRenewing(): void {
    clearInterval(this.timer);
  }

  private async renew({ pipeline, due, token }: HeldSlot): Promise<void> {
    const { sql, leaseMs, log } = this.project;
    try {
      if (!(await keepSlot(sql, pipeline, due, token, leaseMs))) this.lost.abort();
    } catch (error) {
      log.warn('the lease of a scheduled run could not be renewed', { pipeline, error: String(error) });
    }
  }
}
