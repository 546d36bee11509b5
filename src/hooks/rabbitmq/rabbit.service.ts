import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { LOG, SETTINGS } from '../../database/database.module.js';
import type { Log } from '../../logging/log.js';
import { EventSources } from '../event-sources.js';
import { Intake } from '../intake.js';
import { Refusals } from '../refusals.js';
import { consume } from './consume.js';

/** The consumers of the service, one for each connection that names a broker. Processes that start no schedule take no messages. */
@Injectable()
export class RabbitService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private consumers: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
    private readonly sources: EventSources,
    private readonly intake: Intake,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role !== 'all' && this.settings.role !== 'scheduler') return;
    const refusals = new Refusals(this.log);
    const consumers = [...(await this.sources.all()).values()].flatMap((source) => {
      const { connection } = source;
      if (connection.broker === null) return [];
      const take = (delivery: Parameters<Intake['take']>[1]): Promise<void> => this.intake.take(source, delivery);
      return [consume({ connection: connection.name, broker: connection.broker, log: this.log, refusals, take }, this.stopping.signal)];
    });
    this.consumers = Promise.all(consumers).catch((error: unknown) => this.log.error('the consumers ended', { error: String(error) }));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.consumers;
  }
}
