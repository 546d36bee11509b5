import { Global, Module } from '@nestjs/common';
import { bothJourneys, JOURNEY, type Journey } from '../../sync/journey.js';
import type { Tracing } from '../../tracing/open-tracing.js';
import { TRACING } from '../../tracing/tracing.module.js';
import { FlowMetrics } from './flow-metrics.js';
import { MetricsController } from './metrics.controller.js';

/** Figures for Prometheus. The flow tells its steps to whoever is found under `JOURNEY`, and does not know that these are figures, and spans where traces are on. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [
    FlowMetrics,
    {
      provide: JOURNEY,
      inject: [FlowMetrics, { token: TRACING, optional: true }],
      useFactory: (flow: FlowMetrics, tracing?: Tracing | null): Journey => (tracing ? bothJourneys(flow, tracing.journey) : flow),
    },
  ],
  exports: [JOURNEY],
})
export class MetricsModule {}
