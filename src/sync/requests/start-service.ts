import { createHash } from 'node:crypto';
import type { Sql } from '../../database/sql.js';
import { actorName, type Actor } from '../../model/actor.js';
import type { JsonObject } from '../../model/json.js';
import { Refusal } from '../../model/refusal.js';
import { unknownName } from '../../queue/queue-service.js';
import { knownNames } from '../../queue/sql/known-names.js';
import type { WantedRun } from './run-request.js';
import { addRequest, askedBefore, inTheWay, type AddedRequest, type AskedUnder } from './sql/add-request.js';
import { cancelRequest } from './sql/cancel-request.js';
import { listRequests, showRequest, type ListedRequest, type RequestFilter, type ShownRequest } from './sql/list-requests.js';

/** What is answered to whoever asks; the same however often he asks under one key. */
export interface Requested extends AddedRequest, Omit<WantedRun, 'chosen'> {
  readonly by: string;
}

/** More of a dry run by the API would fill the memory of a process that has other things to do. */
export const longestDryRun = 10_000;

/** Has runs started: what is asked for here is taken by a process that starts runs, wherever that is. */
export class StartService {
  constructor(private readonly sql: Sql) {}

  /**
   * Rejects with one sentence where it makes no sense, or one of its kind is running already. Whoever asks again under the same key (`Idempotency-Key`) gets
   * the same answer, and nothing starts twice.
   */
  async start(wanted: WantedRun, actor: Actor, idempotencyKey: string | null): Promise<Requested> {
    const sane = saneRun(wanted);
    const { pipelines } = await knownNames(this.sql);
    if (!pipelines.includes(sane.pipeline)) throw unknownName('pipeline', sane.pipeline, pipelines);
    const by = actorName(actor);
    const { pipeline, kind, dryRun, limit } = sane;
    const under = idempotencyKey === null ? null : { key: idempotencyKey, fingerprint: fingerprintOf(sane) };
    const details = { kind, ...(dryRun ? { dryRun } : {}), ...(limit === null ? {} : { limit }), ...chosenDetails(sane) };
    const action = { actor, action: 'start' as const, target: pipeline, details };
    // What was in the way may be gone when it is looked for.
    for (let tries = 0; tries < 5; tries += 1) {
      const added = (await this.add(sane, under, action, by)) ?? (await this.askedBefore(under, by)) ?? (await this.refuse(sane));
      if (added !== null) return { id: added.id, requestedAt: added.requestedAt, pipeline, kind, dryRun, limit, by };
    }
    throw new Refusal('conflict', `A ${kind} of ${pipeline} is being started or ended just now: ask again.`);
  }

  list(filter: RequestFilter, before: number | null, limit: number): Promise<ListedRequest[]> {
    return listRequests(this.sql, filter, before, limit);
  }

  async show(id: number): Promise<ShownRequest> {
    const request = await showRequest(this.sql, id);
    if (request === null) throw new Refusal('unknown', `There is no request ${id}, or it is so old that it was forgotten.`);
    return request;
  }

  /** One that nobody has taken ends at once; one that is under way, and its run, within a second or two. */
  async cancel(id: number, reason: string | null, actor: Actor): Promise<void> {
    const details = { request: id, ...(reason === null ? {} : { reason }) };
    if (await cancelRequest(this.sql, id, actorName(actor), { actor, action: 'cancel', target: `request ${id}`, details })) return;
    const { state } = await this.show(id);
    throw new Refusal('conflict', `Request ${id} is over: it is ${state}.`);
  }

  private async add(
    wanted: WantedRun,
    under: AskedUnder | null,
    action: Parameters<typeof addRequest>[3],
    by: string,
  ): Promise<AddedRequest | null> {
    try {
      return await addRequest(this.sql, wanted, under, action, by);
    } catch (error) {
      // The index that lets one request of a pipeline and kind be open at a time.
      if ((error as { code?: string }).code === '23505') return null;
      throw error;
    }
  }

  private async askedBefore(under: AskedUnder | null, by: string): Promise<AddedRequest | null> {
    if (under === null) return null;
    const before = await askedBefore(this.sql, by, under.key);
    if (before === null || before.fingerprint === under.fingerprint) return before;
    throw new Refusal('reused', `The Idempotency-Key "${under.key}" stands for another request: take a new one for each.`);
  }

  private async refuse({ pipeline, kind }: WantedRun): Promise<null> {
    const other = await inTheWay(this.sql, pipeline, kind);
    if (other === null) return null;
    if (other.run !== null) throw new Refusal('conflict', `A ${kind} of ${pipeline} is running: run ${other.run}.`);
    throw new Refusal('conflict', `A ${kind} of ${pipeline} is asked for already, and not begun yet: request ${other.request}.`);
  }
}

/** What was asked for, with what goes without saying; refused where it contradicts itself. */
export function saneRun(wanted: WantedRun): WantedRun {
  const { kind, dryRun, limit, chosen } = wanted;
  if ((kind === 'partial') !== (chosen !== null))
    throw new Refusal(
      'wrong',
      kind === 'partial' ? 'partial takes keys or a filter: which records' : `keys and filter go with the kind partial, not with ${kind}`,
    );
  if (limit !== null && kind !== 'full' && !dryRun)
    throw new Refusal('wrong', 'limit goes with the kind full, or with dryRun: a delta reads what changed, whole');
  if (dryRun && limit !== null && limit > longestDryRun)
    throw new Refusal(
      'wrong',
      `a dry run looks at ${longestDryRun} records at most here; all of them: pim2shop sync ${wanted.pipeline} --dry-run`,
    );
  return dryRun ? { ...wanted, limit: limit ?? 1_000 } : wanted;
}

function fingerprintOf({ pipeline, kind, dryRun, limit, chosen }: WantedRun): string {
  return createHash('sha256')
    .update(JSON.stringify([pipeline, kind, dryRun, limit, chosen]))
    .digest('hex');
}

function chosenDetails({ chosen }: WantedRun): JsonObject {
  if (chosen === null) return {};
  return 'keys' in chosen ? { keys: chosen.keys.length } : { filter: { ...chosen.filter } };
}
