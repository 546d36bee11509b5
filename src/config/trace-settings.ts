import { z } from 'zod';

/** Standard variables of OpenTelemetry that the program looks at; what else there is of them is read by OpenTelemetry itself. */
export const traceVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address of an OpenTelemetry collector (OTLP over HTTP): switches traces on, [traces.md](traces.md)'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the same for traces alone, with its whole path'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .meta({ secret: true })
    .describe('headers for the collector, `name=value,name=value`; each value is a secret'),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: z.string().optional().meta({ secret: true }).describe('the same for traces alone'),
  OTEL_EXPORTER_OTLP_TIMEOUT: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('how long one sending to the collector may take, milliseconds; 5000 if not set'),
  OTEL_SERVICE_NAME: z.string().min(1).default('pim2shop').describe('what the service is called in traces'),
  OTEL_TRACES_SAMPLER: z
    .enum(['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'])
    .default('parentbased_always_on')
    .describe('which traces are recorded: `parentbased_traceidratio` for a part of them'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).optional().describe('how many of them, between 0 and 1'),
};

export interface TraceSettings {
  readonly serviceName: string;
  readonly environment: string;
  /** As they stand in the environment: they hold secrets. */
  readonly headers: readonly string[];
  /** Null where the environment does not say. */
  readonly timeoutMs: number | null;
}

/** Null where traces are off. */
export function traceSettings(data: z.output<z.ZodObject<typeof traceVariables>>, environment: string): TraceSettings | null {
  if (data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined && data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT === undefined) return null;
  return {
    serviceName: data.OTEL_SERVICE_NAME,
    environment,
    headers: [data.OTEL_EXPORTER_OTLP_HEADERS, data.OTEL_EXPORTER_OTLP_TRACES_HEADERS].filter((one) => one !== undefined),
    timeoutMs: data.OTEL_EXPORTER_OTLP_TIMEOUT ?? null,
  };
}
