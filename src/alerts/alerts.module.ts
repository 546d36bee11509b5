import { Module } from '@nestjs/common';
import { AlertsService } from './alerts.service.js';

/** Watches what is in the database, and tells people. Nothing knows it. */
@Module({ providers: [AlertsService] })
export class AlertsModule {}
