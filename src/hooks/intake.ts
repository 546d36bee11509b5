import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EventHint } from '../connectors/contract/index.js';
import { DATABASE, LOG } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Log } from '../logging/log.js';
import type { EventDelivery } from '../queue/entry.js';
import { enqueueDeliveries } from '../queue/sql/enqueue-deliveries.js';
import { PipelinesService } from '../sync/pipelines.service.js';
import { isAdmissible } from './admissible.js';
import { EventRuns } from './event-runs.js';
import type { EventSource } from './event-sources.js';
import { Gather } from './gather.js';
import { isOwnFault } from './own-fault.js';
import { RelatedWork } from './related-work.js';
import { relatedHints } from './related-hints.js';
import { subscribedEntries } from './subscribed-entries.js';

/** So many statements at once: a storm leaves the workers their connections, and their leases are renewed. */
const concurrency = 2;
/** So many deliveries in one statement. */
const room = 200;

/** One delivery, by whatever road it came. */
export interface TakenDelivery {
  /** The sender's id of it; null where it has none: then nobody can tell whether it came before. */
  readonly id: string | null;
  readonly hints: readonly EventHint[];
}

/** Queues what events say: a delivery and its entries in one statement, and nothing of it where it came before. */
@Injectable()
export class Intake {
  private readonly direct = new Set<string>();
  private readonly gather = new Gather<EventDelivery>({ concurrency, room, isOwnFault, write: (deliveries) => this.write(deliveries) });

  constructor(
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly pipelines: PipelinesService,
    private readonly related: RelatedWork,
    private readonly runs: EventRuns,
  ) {}

  /** Resolves once it is committed. */
  async take({ connection, subscriptions }: EventSource, { id, hints }: TakenDelivery): Promise<void> {
    const admissible = hints.filter(isAdmissible);
    if (admissible.length < hints.length)
      this.log.warn('an event names records by keys that are none', {
        connection: connection.name,
        count: hints.length - admissible.length,
      });
    const entries = subscribedEntries(admissible, subscriptions);
    for (const { name, events } of subscriptions) if (events?.direct) this.direct.add(name);
    const related = relatedHints(admissible, subscriptions);
    await this.gather.add({ connection: connection.name, id: id === null ? null : storable(id), entries, related });
    if (related.length > 0) this.related.wake();
  }

  private async write(deliveries: readonly EventDelivery[]): Promise<void> {
    const brought = deliveries.flatMap(({ connection, id, entries }) =>
      [...new Set(entries.map(({ pipeline }) => pipeline))].map((pipeline) => ({ pipeline, connection, delivery: id })),
    );
    const queued = await enqueueDeliveries(this.opened.database, deliveries, await this.runs.of(brought));
    const pipelines = new Set(queued.map(({ pipeline }) => pipeline));
    this.pipelines.wake([...pipelines].filter((pipeline) => this.direct.has(pipeline)));
  }
}

/** An id that an index cannot hold is kept as its hash. */
function storable(id: string): string {
  return id.length <= 300 && /^[\x20-\x7e]*$/.test(id) ? id : `sha256 ${createHash('sha256').update(id).digest('hex')}`;
}
