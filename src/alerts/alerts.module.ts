import { Module } from '@nestjs/common';
import { AlertRoundsService } from './alert-rounds.service.js';

/** Watches what is in the database, and tells people. Nothing knows it. */
@Module({ providers: [AlertRoundsService] })
export class AlertsModule {}
