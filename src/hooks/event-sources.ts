import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { inheritedBy, type Connection } from '../config/load-connections.js';
import { receivesEvents, type OpenSource, type ReceivesEvents } from '../connectors/contract/index.js';
import { LOG } from '../database/database.module.js';
import { boundLog } from '../logging/bound-log.js';
import type { Log } from '../logging/log.js';
import { subscriptionOf, type Subscription } from '../mapping/subscription.js';
import { ProjectFiles } from '../sync/project-files.js';

/** A connection whose events some pipeline takes. */
export interface EventSource {
  readonly connection: Connection;
  readonly subscriptions: readonly Subscription[];
  /** Understands its webhooks; null where the source has none. */
  readonly receiver: ReceivesEvents | null;
}

/**
 * Who tells of changes by itself. Known as soon as the files are read, and not only once the PIM has answered: what is
 * sent to a service that has just been started must be answered with something else than 404.
 */
@Injectable()
export class EventSources implements OnApplicationBootstrap, OnApplicationShutdown {
  private known: Promise<ReadonlyMap<string, EventSource>> | null = null;
  private readonly opened: OpenSource[] = [];

  constructor(
    private readonly files: ProjectFiles,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.all();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const source of this.opened) await source.close?.();
  }

  all(): Promise<ReadonlyMap<string, EventSource>> {
    return (this.known ??= this.open());
  }

  private async open(): Promise<ReadonlyMap<string, EventSource>> {
    const files = await this.files.read();
    const taking = (files?.pipelines ?? [])
      .map(({ data }) => subscriptionOf(data, inheritedBy(files?.connections.get(data.source.connection), data.source.entity)))
      .filter(({ events }) => events !== null);
    const sources = new Map<string, EventSource>();
    for (const name of new Set(taking.map(({ source }) => source.connection))) {
      const connection = files?.connections.get(name);
      if (!connection?.source) continue;
      const source = await connection.source.open(connection.config, { connection: name, log: boundLog(this.log, { connection: name }) });
      this.opened.push(source);
      const receiver = receivesEvents(source) ? source : null;
      const subscriptions = taking.filter((one) => one.source.connection === name);
      if (receiver === null && connection.broker === null)
        throw new Error(
          `${subscriptions.map((one) => one.name).join(', ')}: takes events, and the connection ${name} tells of none: ` +
            `its connector has no webhooks, or their secrets are not set, and it names no broker`,
        );
      sources.set(name, { connection, subscriptions, receiver });
    }
    return sources;
  }
}
