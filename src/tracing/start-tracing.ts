import { hostname } from 'node:os';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { TraceSettings } from '../config/trace-settings.js';
import type { Log } from '../logging/log.js';
import type { TraceIds } from '../logging/trace-ids.js';
import { TellingExporter } from './telling-exporter.js';
import { TraceJourney } from './trace-journey.js';

/** How long one sending may take, tries and all, unless the environment says otherwise; and how long the end of the process waits for the last. */
const patienceMs = 5_000;

interface StartedTracing {
  readonly journey: TraceJourney;
  ids(): TraceIds;
  end(): Promise<void>;
}

/**
 * Address, headers, sampler and queue are read from the standard variables by OpenTelemetry itself. Nothing is registered
 * for the whole process: no other library is traced, and no header of a trace is sent to anybody.
 */
export function startTracing({ serviceName, environment, timeoutMs }: TraceSettings, role: string, log: Log): StartedTracing {
  const exporter = new TellingExporter(new OTLPTraceExporter({ timeoutMillis: timeoutMs ?? patienceMs }), log);
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': serviceName,
          'service.instance.id': `${role}@${hostname()}:${process.pid}`,
          'deployment.environment.name': environment,
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const journey = new TraceJourney(provider.getTracer('pim2shop'));
  return {
    journey,
    ids: () => journey.ids(),
    end: () => atMost(patienceMs, provider.shutdown(), () => log.warn('traces were left behind: the collector did not take them in time')),
  };
}

/** A collector that does not take the last of them must not keep the process. */
async function atMost(limitMs: number, work: Promise<void>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve();
    }, limitMs);
  });
  // What failed was told by the exporter.
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}
