import { Module } from '@nestjs/common';
import { HealthModule } from './admin/health/health.module.js';
import { DatabaseModule } from './database/database.module.js';

/** Sees every module; nobody else does. */
@Module({ imports: [DatabaseModule, HealthModule] })
export class AppModule {}
