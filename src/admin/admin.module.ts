import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AlertTest } from '../alerts/alert-test.js';
import { ConnectionCheck } from '../doctor/connection-check.js';
import { DoctorService } from '../doctor/doctor.service.js';
import { AlertMutesController } from './alerts/alert-mutes.controller.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { ApiValidationPipe } from './api-validation.pipe.js';
import { AuditController } from './audit/audit.controller.js';
import { ConfigurationController } from './configuration/configuration.controller.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DebugController } from './debug/debug.controller.js';
import { DoctorController } from './doctor/doctor.controller.js';
import { ErrorsController } from './errors/errors.controller.js';
import { HeldRemovalsController } from './held-removals/held-removals.controller.js';
import { HooksListController } from './hooks/hooks-list.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { MappingsController } from './mappings/mappings.controller.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { PipelinesController } from './pipelines/pipelines.controller.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { QueueController } from './queue/queue.controller.js';
import { RequestsController } from './runs/requests.controller.js';
import { RunEventsController } from './runs/run-events.controller.js';
import { RejectedController } from './rejected/rejected.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { StartsController } from './runs/starts.controller.js';

/** The admin API. A part of it is a folder with its controller and shapes, and a line here. */
@Module({
  imports: [MetricsModule],
  controllers: [
    PipelinesController,
    DebugController,
    RunsController,
    RunEventsController,
    StartsController,
    RequestsController,
    QueueController,
    HeldRemovalsController,
    ConnectionsController,
    DoctorController,
    HooksListController,
    ConfigurationController,
    ErrorsController,
    DocumentsController,
    MappingsController,
    RejectedController,
    AlertsController,
    AlertMutesController,
    KeysController,
    AuditController,
  ],
  providers: [
    ConnectionCheck,
    DoctorService,
    AlertTest,
    { provide: APP_PIPE, useClass: ApiValidationPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AdminModule {}
