import type { Sql } from '../database/sql.js';
import type { Actor } from '../model/actor.js';
import { unknownName } from './queue-service.js';
import type { AuditedAction } from './sql/audit.js';
import { knownNames } from './sql/known-names.js';
import { pauseConnection, pausePipeline, resumeConnection, resumePipeline } from './sql/pauses.js';
import { tryConnection } from './sql/show-breaker.js';

/** What is paused: the deliveries of one pipeline, or everything to and from one outside system. */
export type PauseTarget = { readonly kind: 'pipeline' | 'connection'; readonly name: string };

/** Lets people stop and go on, over all processes that work on this database. */
export class PauseService {
  constructor(private readonly sql: Sql) {}

  /** What is under way is finished; nothing new is claimed. Rejects with one sentence where the name is not known. */
  async pause(target: PauseTarget, reason: string | null, actor: Actor): Promise<void> {
    await this.check(target);
    const action = actionOn('pause', target, reason, actor);
    if (target.kind === 'pipeline') await pausePipeline(this.sql, target.name, reason, action);
    else await pauseConnection(this.sql, target.name, reason, action);
  }

  /** Answers whether it was paused. */
  async resume(target: PauseTarget, reason: string | null, actor: Actor): Promise<boolean> {
    await this.check(target);
    const action = actionOn('resume', target, reason, actor);
    return target.kind === 'pipeline' ? resumePipeline(this.sql, target.name, action) : resumeConnection(this.sql, target.name, action);
  }

  /** A shop that is down is tried at once, and not when its next trial would be. Answers whether it was left alone. */
  async tryNow(connection: string, reason: string | null, actor: Actor): Promise<boolean> {
    const target: PauseTarget = { kind: 'connection', name: connection };
    await this.check(target);
    return tryConnection(this.sql, connection, actionOn('try', target, reason, actor));
  }

  private async check({ kind, name }: PauseTarget): Promise<void> {
    const known = await knownNames(this.sql);
    const names = kind === 'pipeline' ? known.pipelines : known.connections;
    if (!names.includes(name)) throw unknownName(kind, name, names);
  }
}

function actionOn(action: AuditedAction['action'], { kind, name }: PauseTarget, reason: string | null, actor: Actor): AuditedAction {
  return { actor, action, target: kind === 'pipeline' ? name : `connection ${name}`, details: reason === null ? {} : { reason } };
}
