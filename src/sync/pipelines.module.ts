import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import type { Connectors } from '../config/load-connections.js';
import { AfterService } from './after/after.service.js';
import { HousekeepingService } from './housekeeping/housekeeping.service.js';
import { LookingService } from './looking/looking.service.js';
import { PipelinesService } from './pipelines.service.js';
import { CONNECTORS, ProjectFiles } from './project-files.js';

/** What the service does all the time: schedules and workers, by its role. */
@Global()
@Module({})
export class PipelinesModule {
  static with(connectors: Connectors): DynamicModule {
    return {
      module: PipelinesModule,
      imports: [ScheduleModule.forRoot()],
      providers: [
        { provide: CONNECTORS, useValue: connectors },
        ProjectFiles,
        PipelinesService,
        LookingService,
        HousekeepingService,
        AfterService,
      ],
      exports: [CONNECTORS, ProjectFiles, PipelinesService, LookingService],
    };
  }
}
