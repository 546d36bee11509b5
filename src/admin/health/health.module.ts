import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PipelinesModule } from '../../sync/pipelines.module.js';
import { HealthController } from './health.controller.js';

@Module({ imports: [TerminusModule, PipelinesModule], controllers: [HealthController] })
export class HealthModule {}
