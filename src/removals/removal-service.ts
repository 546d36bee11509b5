import type { Sql } from '../database/sql.js';
import type { Actor } from '../model/actor.js';
import { Refusal } from '../model/refusal.js';
import { discardHeld, releaseHeld } from './sql/decide-held.js';
import { listHeld, type WaitingSet } from './sql/list-held.js';

/** Held removals, for people: what waits, and what is to become of it. Every action is written down with who did it (S13). */
export class RemovalService {
  constructor(private readonly sql: Sql) {}

  async list(): Promise<WaitingSet[]> {
    return listHeld(this.sql);
  }

  /**
   * Lets the removals of a set go: each is read and judged anew (rule 14). `expected` is how many the person saw: a set that
   * holds more by now is not released. Answers how many entries were let go; rejects with one sentence.
   */
  async release(set: number, actor: Actor, expected?: number): Promise<number> {
    const action = { actor, action: 'release', target: `held removals ${set}`, details: {} } as const;
    const released = await releaseHeld(this.sql, { set, ...(expected === undefined ? {} : { expected }), action });
    return released ?? this.refuse(set, expected);
  }

  /** Removes nothing of a set, and takes it out of the queue: the next pass that finds the same holds it again. */
  async discard(set: number, actor: Actor, expected?: number): Promise<number> {
    const action = { actor, action: 'discard', target: `held removals ${set}`, details: {} } as const;
    const discarded = await discardHeld(this.sql, { set, ...(expected === undefined ? {} : { expected }), action });
    return discarded ?? this.refuse(set, expected);
  }

  private async refuse(set: number, expected: number | undefined): Promise<never> {
    const waiting = await this.list();
    const found = waiting.find(({ id }) => id === set);
    if (found && expected !== undefined && found.removals > expected)
      throw new Refusal('conflict', `The set ${set} holds ${found.removals} removals by now, not ${expected}: look at it again.`);
    const known = waiting.map(({ id }) => String(id)).join(', ');
    throw new Refusal('unknown', `No set ${set} of removals waits: ${known === '' ? 'none does' : `these do: ${known}`}.`);
  }
}
