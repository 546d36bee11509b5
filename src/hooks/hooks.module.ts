import { Global, Module } from '@nestjs/common';
import { EventRuns } from './event-runs.js';
import { EventSources } from './event-sources.js';
import { HookCounts } from './hook-counts.js';
import { HooksController } from './hooks.controller.js';
import { Intake } from './intake.js';
import { RabbitService } from './rabbitmq/rabbit.service.js';
import { RelatedWork } from './related-work.js';

/** What the PIM tells by itself: webhooks at `POST /hooks/<connection>`, and messages of a broker. */
@Global()
@Module({
  controllers: [HooksController],
  providers: [EventRuns, EventSources, HookCounts, Intake, RabbitService, RelatedWork],
  exports: [EventSources, HookCounts],
})
export class HooksModule {}
