import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Open } from '../../access/policy.js';
import { DATABASE } from '../../database/database.module.js';
import { PipelinesService } from '../../sync/pipelines.service.js';
import type { OpenDatabase } from '../../database/open-database.js';

/** For whoever restarts the process (live) or sends it work (ready). Open to all: it tells nothing but up or down. */
@Controller('health')
@Open('tells nothing but up or down')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    private readonly pipelines: PipelinesService,
  ) {}

  /** The process answers. A database that is away is no reason to restart it. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /** The process can work: its database answers, and its pipelines run. 503 otherwise. */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.database(), () => this.pipelinesRun()]);
  }

  private pipelinesRun(): { pipelines: { status: 'up' | 'down' } } {
    const session = this.indicator.check('pipelines');
    return this.pipelines.isReady ? session.up() : session.down();
  }

  private async database(): Promise<{ database: { status: 'up' | 'down' } }> {
    const session = this.indicator.check('database');
    try {
      await this.opened.database.query('SELECT 1 AS one');
      return session.up();
    } catch {
      // Why it is down stands in the log of whoever needed it; a health answer says no more than that.
      return session.down();
    }
  }
}
