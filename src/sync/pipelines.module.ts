import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { PipelinesService } from './pipelines.service.js';

/** What the service does all the time: schedules and workers, by its role. */
@Module({ imports: [ScheduleModule.forRoot()], providers: [PipelinesService], exports: [PipelinesService] })
export class PipelinesModule {}
