import type { Sql } from '../database/sql.js';
import { actorName, type Actor } from '../model/actor.js';
import { Refusal } from '../model/refusal.js';
import { unknownName } from './queue-service.js';
import { listDebugSwitches, switchDebugOff, switchDebugOn, type DebugSwitch } from './sql/debug-switches.js';
import { knownNames } from './sql/known-names.js';

/** Longer, and it was forgotten. */
export const longestDebugMs = 24 * 3_600_000;

/** Debug lines of one pipeline or entity, in all processes that work on this database, while they run (`sync/debug-watch.ts`). */
export class DebugService {
  constructor(private readonly sql: Sql) {}

  /** For so long, a day at most; again: from now on. Answers until when. Rejects with one sentence where the pipeline is not known. */
  async on(target: { readonly pipeline: string; readonly entity: string | null }, forMs: number, actor: Actor): Promise<Date> {
    await this.check(target.pipeline);
    if (!(forMs > 0 && forMs <= longestDebugMs)) throw new Refusal('wrong', 'debug is on for a day at most');
    const action = { actor, action: 'debug on' as const, target: target.pipeline, details: { entity: target.entity } };
    return switchDebugOn(this.sql, target, forMs, actorName(actor), action);
  }

  /** A pipeline of null is every one, an entity of null everything of it. Answers how many were on. */
  async off(target: { readonly pipeline: string | null; readonly entity: string | null }, actor: Actor): Promise<number> {
    if (target.pipeline !== null) await this.check(target.pipeline);
    const action = { actor, action: 'debug off' as const, target: target.pipeline ?? 'all pipelines', details: { entity: target.entity } };
    return switchDebugOff(this.sql, target.pipeline, target.entity, action);
  }

  list(): Promise<DebugSwitch[]> {
    return listDebugSwitches(this.sql);
  }

  private async check(pipeline: string): Promise<void> {
    const { pipelines } = await knownNames(this.sql);
    if (!pipelines.includes(pipeline)) throw unknownName('pipeline', pipeline, pipelines);
  }
}
