import { Global, Module } from '@nestjs/common';
import { JOURNEY } from '../../sync/journey.js';
import { FlowMetrics } from './flow-metrics.js';
import { MetricsController } from './metrics.controller.js';

/** Figures for Prometheus. The flow tells its steps to whoever is found under `JOURNEY`, and does not know that these are figures. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [FlowMetrics, { provide: JOURNEY, useExisting: FlowMetrics }],
  exports: [JOURNEY],
})
export class MetricsModule {}
