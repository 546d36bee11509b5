import type { Sql } from '../database/sql.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import type { Actor } from '../model/actor.js';
import type { JsonObject } from '../model/json.js';
import { Refusal } from '../model/refusal.js';
import type { EntryFilter } from './entry-filter.js';
import type { AuditedAction } from './sql/audit.js';
import { countEntries, type StateCount } from './sql/count-entries.js';
import { discardEntries } from './sql/discard-entries.js';
import { knownNames } from './sql/known-names.js';
import { listEntries, type EntryListRequest, type EntryPage } from './sql/list-entries.js';
import { retryEntries } from './sql/retry-entries.js';
import { showEntity, type ShownEntity } from './sql/show-entry.js';

/** The queue, for people: to look at, and to act on. Every action is written down with who did it (S13). */
export class QueueService {
  constructor(private readonly sql: Sql) {}

  /** Rejects with one sentence where a name is not known. */
  async list(request: EntryListRequest): Promise<EntryPage> {
    await this.checkPipeline(request.pipeline);
    return listEntries(this.sql, request);
  }

  /** How many there are in each state, of one pipeline or of all. */
  async counts(pipeline: string | undefined): Promise<StateCount[]> {
    await this.checkPipeline(pipeline);
    return countEntries(this.sql, pipeline);
  }

  async show(pipeline: string, key: string): Promise<ShownEntity> {
    await this.checkPipeline(pipeline);
    return showEntity(this.sql, pipeline, key);
  }

  /** Dead, absent, parked and waiting entries are tried again at once. Answers how many. */
  async retry(filter: EntryFilter, actor: Actor): Promise<number> {
    await this.checkPipeline(filter.pipeline);
    return retryEntries(this.sql, filter, actionOn(filter, 'retry', actor));
  }

  /** Dead, absent and held entries are taken out of the queue. Answers how many. */
  async discard(filter: EntryFilter, actor: Actor): Promise<number> {
    await this.checkPipeline(filter.pipeline);
    return discardEntries(this.sql, filter, actionOn(filter, 'discard', actor));
  }

  private async checkPipeline(pipeline: string | undefined): Promise<void> {
    if (pipeline === undefined) return;
    const { pipelines } = await knownNames(this.sql);
    if (!pipelines.includes(pipeline)) throw unknownName('pipeline', pipeline, pipelines);
  }
}

/** One sentence for a name that nobody knows. */
export function unknownName(what: 'pipeline' | 'connection', name: string, known: readonly string[]): Refusal {
  return new Refusal(
    'unknown',
    known.length === 0
      ? `There is no ${what} "${name}": nothing has run on this database yet.`
      : `There is no ${what} "${name}": ${didYouMean(name, known)}`,
  );
}

function actionOn(filter: EntryFilter, action: AuditedAction['action'], actor: Actor): AuditedAction {
  const details = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as JsonObject;
  return { actor, action, target: filter.pipeline ?? 'all pipelines', details: { filter: details } };
}
