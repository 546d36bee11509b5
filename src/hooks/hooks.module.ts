import { Module } from '@nestjs/common';
import { EventSources } from './event-sources.js';
import { HooksController } from './hooks.controller.js';
import { Intake } from './intake.js';
import { RabbitService } from './rabbitmq/rabbit.service.js';
import { RelatedWork } from './related-work.js';

/** What the PIM tells by itself: webhooks at `POST /hooks/<connection>`, and messages of a broker. */
@Module({ controllers: [HooksController], providers: [EventSources, Intake, RabbitService, RelatedWork] })
export class HooksModule {}
