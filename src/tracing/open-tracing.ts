import type { Settings } from '../config/settings.js';
import { traceIdsFrom, withoutTraceIds } from '../logging/trace-ids.js';
import type { Log } from '../logging/log.js';
import { secrets } from '../logging/secrets.js';
import type { Journey } from '../sync/journey.js';
import { secretsOfHeaders } from './secrets-of-headers.js';

/** Traces of this process while they are switched on. */
export interface Tracing {
  /** To be told what the flow does. */
  readonly journey: Journey;
  /** Sends what is left, and waits for that no longer than a few seconds. */
  close(): Promise<void>;
}

/** Null where the environment names no collector: nothing of OpenTelemetry is loaded then. `role` is what this process is: `all`, `cli`. */
export async function openTracing({ traces }: Pick<Settings, 'traces'>, role: string, log: Log): Promise<Tracing | null> {
  if (traces === null) return null;
  secrets.add(...secretsOfHeaders(traces.headers));
  const { startTracing } = await import('./start-tracing.js');
  const { journey, ids, end } = startTracing(traces, role, log);
  traceIdsFrom(ids);
  return {
    journey,
    close: async () => {
      withoutTraceIds();
      await end();
    },
  };
}
