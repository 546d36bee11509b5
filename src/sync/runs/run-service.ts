import type { Sql } from '../../database/sql.js';
import { actorName, type Actor } from '../../model/actor.js';
import { Refusal } from '../../model/refusal.js';
import { cancelRun } from './sql/cancel-run.js';
import { listRuns, showRun, type ListedRun, type RunFilter, type ShownRun } from './sql/list-runs.js';

/** Runs, for people: to look at, and to end. */
export class RunService {
  constructor(private readonly sql: Sql) {}

  /** Newest first, those before run `before`. */
  list(filter: RunFilter, before: number | null, limit: number): Promise<ListedRun[]> {
    return listRuns(this.sql, filter, before, limit);
  }

  async show(id: number): Promise<ShownRun> {
    const run = await showRun(this.sql, id);
    if (run === null) throw new Refusal('unknown', `There is no run ${id}, or it is so old that it was forgotten.`);
    return run;
  }

  /** Answers whether it has ended already: otherwise its process, wherever it runs, stops within a second or two. Its cursor stays where it stood. */
  async cancel(id: number, reason: string | null, actor: Actor): Promise<{ readonly ended: boolean }> {
    const by = actorName(actor);
    const details = { run: id, ...(reason === null ? {} : { reason }) };
    const done = await cancelRun(this.sql, id, by, { actor, action: 'cancel', target: `run ${id}`, details });
    if (done !== null) return { ended: done === 'ended' };
    const { state, trigger, pipeline } = await this.show(id);
    if (trigger === 'event')
      throw new Refusal(
        'conflict',
        `Run ${id} only notes what events bring, and ends by itself: to have nothing delivered, pause ${pipeline}.`,
      );
    throw new Refusal('conflict', `Run ${id} is not running any more: it is ${state}.`);
  }
}
