import { Module } from '@nestjs/common';
import { HealthModule } from './admin/health/health.module.js';
import { DatabaseModule } from './database/database.module.js';
import { PipelinesModule } from './sync/pipelines.module.js';

/** Sees every module; nobody else does. */
@Module({ imports: [DatabaseModule, PipelinesModule, HealthModule] })
export class AppModule {}
