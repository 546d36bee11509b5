import type { Sql } from '../database/sql.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import { actorName, type Actor } from '../model/actor.js';
import { Refusal } from '../model/refusal.js';
import { rules } from './rules/index.js';
import { acknowledgeAlert } from './sql/acknowledge.js';
import { listAlerts, showAlert, type AlertFilter, type ListedAlert, type ShownAlert } from './sql/list-alerts.js';
import { addMute, endMute, listMutes, type Mute, type MuteTarget } from './sql/mutes.js';

/** Longer, and it was forgotten: what nobody wants to know of is switched off in alerts.yaml. */
export const longestMuteMs = 30 * 24 * 3_600_000;

/** Alerts, for people. Every action is written down with who did it (S13). */
export class AlertService {
  constructor(private readonly sql: Sql) {}

  list(filter: AlertFilter, before: number | null = null, limit?: number): Promise<ListedAlert[]> {
    return listAlerts(this.sql, filter, before, limit);
  }

  async show(id: number): Promise<ShownAlert> {
    const found = await showAlert(this.sql, id);
    if (found === null) throw new Refusal('unknown', `There is no alert ${id}, or it is so old that it was forgotten.`);
    return found;
  }

  /** Somebody looks after it: it is told again only once it is over. `revision` is the one that the person saw. Rejects with one sentence. */
  async acknowledge(id: number, actor: Actor, revision: number | null = null): Promise<void> {
    const action = { actor, action: 'acknowledge', target: `alert ${id}`, details: {} } as const;
    if (await acknowledgeAlert(this.sql, id, actorName(actor), revision, action)) return;
    const { state, acknowledged } = await this.show(id);
    if (state === 'closed') throw new Refusal('conflict', `The alert ${id} is over.`);
    if (acknowledged !== null) throw new Refusal('conflict', `The alert ${id} was acknowledged by ${acknowledged.by} already.`);
    throw new Refusal('conflict', `The alert ${id} has changed since you looked: look at it again.`);
  }

  mutes(): Promise<Mute[]> {
    return listMutes(this.sql);
  }

  /** Nobody is told of what fits until then; it is still found, listed and counted. */
  async mute(target: Partial<MuteTarget>, how: { readonly forMs: number; readonly reason: string | null }, actor: Actor): Promise<Mute> {
    const { fingerprint = null, kind = null, pipeline = null } = target;
    if (fingerprint === null && kind === null && pipeline === null)
      throw new Refusal('wrong', 'say what is muted: an alert, a kind or a pipeline');
    if (!(how.forMs > 0 && how.forMs <= longestMuteMs))
      throw new Refusal('wrong', 'alerts are muted for 30 days at most; switch a rule off in alerts.yaml for longer');
    const kinds = rules.map((rule) => rule.kind);
    if (kind !== null && !kinds.includes(kind))
      throw new Refusal('unknown', `There is no kind of alert "${kind}": ${didYouMean(kind, kinds)}`);
    const details = { fingerprint, kind, pipeline, reason: how.reason };
    const words = [kind, pipeline, fingerprint].filter((word) => word !== null).join(' ');
    return addMute(
      this.sql,
      { fingerprint, kind, pipeline },
      { ...how, by: actorName(actor) },
      { actor, action: 'mute', target: words, details },
    );
  }

  async unmute(id: number, actor: Actor): Promise<void> {
    if (await endMute(this.sql, id, { actor, action: 'unmute', target: `mute ${id}`, details: {} })) return;
    throw new Refusal('unknown', `There is no mute ${id}, or it is over.`);
  }
}
