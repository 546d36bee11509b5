import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { alertsFile } from './alerts/file/alerts-file.js';
import { AdminModule } from './admin/admin.module.js';
import { HealthModule } from './admin/health/health.module.js';
import type { Connectors } from './config/load-connections.js';
import { DatabaseModule } from './database/database.module.js';
import { HooksModule } from './hooks/hooks.module.js';
import { PipelinesModule } from './sync/pipelines.module.js';
import { TracingModule } from './tracing/tracing.module.js';

/** Sees every module; nobody else does. */
@Module({})
export class AppModule {
  /** The service with these connectors. */
  static with(connectors: Connectors): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule,
        TracingModule,
        PipelinesModule.with({ ...connectors, beside: [alertsFile] }),
        AlertsModule,
        AccessModule,
        HealthModule,
        HooksModule,
        AdminModule,
      ],
    };
  }
}
