import { Injectable } from '@nestjs/common';
import { EventSources } from './event-sources.js';

/** Answered before it is asked who sends it. */
const unread = ['too_large', 'packed', 'too_many'] as const;
/** What may become of a webhook of a connection, as docs/events.md has it. `accepted` are also those that came before. */
export const hookResults = ['accepted', 'forged', 'stale', 'malformed', ...unread, 'unavailable'] as const;
/** And of one to a name that takes none. */
export const unnamedResults = ['unknown', ...unread] as const;

export type UnreadResult = (typeof unread)[number];
export type HookResult = (typeof hookResults)[number];
type AnyResult = HookResult | (typeof unnamedResults)[number];

/** What became of the webhooks that came to this process since it was started. */
@Injectable()
export class HookCounts {
  readonly since = new Date();
  private readonly counts = new Map<string, Map<AnyResult, number>>();

  constructor(private readonly sources: EventSources) {}

  /** Names that nobody takes webhooks of are counted as one, the empty one: whoever sends does not decide how much is kept. */
  async note(named: string, result: AnyResult): Promise<void> {
    const known = (await this.connections()).includes(named);
    const connection = known ? named : '';
    const of = this.counts.get(connection) ?? new Map<AnyResult, number>();
    this.counts.set(connection, of.set(result, (of.get(result) ?? 0) + 1));
  }

  count(connection: string, result: AnyResult): number {
    return this.counts.get(connection)?.get(result) ?? 0;
  }

  /** Connections whose webhooks somebody takes. */
  async connections(): Promise<readonly string[]> {
    return [...(await this.sources.all()).values()].filter(({ receiver }) => receiver !== null).map(({ connection }) => connection.name);
  }
}
