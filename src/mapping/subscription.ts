import type { Inherited } from '../connectors/contract/index.js';
import type { PipelineData } from './pipeline-schema.js';
import type { Pipeline } from './pipeline.js';
import { pathsAsked } from './when-schema.js';

/** What changes a pipeline takes, and how it queues them: said by its file alone, before anything is compiled. */
export type Subscription = Pick<Pipeline, 'name' | 'source' | 'events' | 'queue' | 'related' | 'inherits' | 'hasAfter'>;

export function subscriptionOf(data: PipelineData, inherits: readonly Inherited[]): Subscription {
  const { pipeline, source, events, queue, when, related, after } = data;
  return {
    name: pipeline,
    source,
    events: typeof events === 'object' ? events : events ? { direct: false } : null,
    queue: { priority: queue?.priority ?? { created: 0, updated: 0, deleted: 0 }, watch: watched({ queue, when }) },
    related: [...new Set((related ?? []).map(({ entity }) => entity))],
    inherits: [...new Set(heard(data, inherits).map(({ entity }) => entity))],
    hasAfter: after !== undefined,
  };
}

/** What is inherited matters to who takes events: a delta names the heirs by itself. */
export function heard({ events }: Pick<PipelineData, 'events'>, inherits: readonly Inherited[]): readonly Inherited[] {
  return events ? inherits : [];
}

/** What decides whether a record is in the shop at all is always watched. */
function watched({ queue, when }: Pick<PipelineData, 'queue' | 'when'>): readonly string[] | null {
  return queue?.watch ? [...new Set([...queue.watch, ...pathsAsked(when)])] : null;
}
