import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Allow } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import type { OpenDatabase } from '../../database/open-database.js';
import { HookCounts } from '../../hooks/hook-counts.js';
import { FlowMetrics } from './flow-metrics.js';
import { hookRegistry } from './hook-metrics.js';
import { readMetric, sqlMetrics } from './sql-metrics.js';

/** For Prometheus, with a key of the role viewer: what the database holds, what this process did, and how it is. */
@Controller('metrics')
@ApiExcludeController()
export class MetricsController {
  private readonly registry = new Registry();
  private readonly hooks: Registry;

  constructor(
    @Inject(DATABASE) { database }: OpenDatabase,
    private readonly flow: FlowMetrics,
    counts: HookCounts,
  ) {
    this.hooks = hookRegistry(counts);
    collectDefaultMetrics({ register: this.registry });
    for (const metric of sqlMetrics) {
      new Gauge({
        name: metric.name,
        help: metric.help,
        labelNames: metric.labels,
        registers: [this.registry],
        async collect() {
          const figures = await readMetric(database, metric);
          this.reset();
          for (const { labels, value } of figures) this.set(labels, value);
        },
      });
    }
  }

  @Get()
  @Allow('viewer')
  async tell(@Res() response: Response): Promise<void> {
    const parts = await Promise.all([this.registry, this.flow.registry, this.hooks].map((one) => one.metrics()));
    response.type(this.registry.contentType).send(parts.join('\n'));
  }
}
