import type { OpenSource, OpenTarget, Strategy, TargetDefinition } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { Log } from '../logging/log.js';
import type { Breaker } from '../transfer/breaker/breaker.js';
import type { Bell } from './bell.js';
import type { CarriedRecords } from './carried-records.js';
import type { DeliveryHistory } from './history/delivery-history.js';
import type { Journey } from './journey.js';

/** Everything one pipeline's journey needs; made once per process by `openProject`. */
export interface PipelineContext {
  readonly pipeline: Pipeline;
  /** Number of the loaded mapping: only a worker with the current one claims, sends and settles (rule 16). */
  readonly mapping: number;
  readonly source: OpenSource;
  readonly sourceMaxKeys: number;
  /** How the source can notice changes of an entity, the best first. */
  strategiesOf(entity: string): readonly Strategy[];
  readonly target: OpenTarget;
  readonly targetDefinition: Pick<TargetDefinition, 'limits' | 'address'>;
  /** Of the target: pipelines of this process that share it share this. */
  readonly breaker: Breaker;
  readonly sql: Sql;
  readonly leaseMs: number;
  readonly carried: CarriedRecords;
  /** What was delivered, for people who ask later. */
  readonly history: DeliveryHistory;
  /** Rung by whoever queued something in this process that is not to wait for the worker's next look. */
  readonly bell: Bell;
  readonly journey: Journey;
  readonly log: Log;
  /** Another pipeline of the project by name, to look at the entity that owns a contested address. */
  sibling(pipeline: string): PipelineContext | undefined;
}

/** Name of the feed a pipeline reads: however many pipelines share it, it is polled once. */
export function feedName(pipeline: Pipeline): string {
  return relatedFeedName(pipeline, pipeline.source.entity);
}

/** Name of the feed of another entity of the same source; it names what records use of it, too. */
export function relatedFeedName(pipeline: Pick<Pipeline, 'source'>, entity: string): string {
  return `${pipeline.source.connection}/${entity}`;
}
