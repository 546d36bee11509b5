import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { LOG, SETTINGS } from '../database/database.module.js';
import type { Log } from '../logging/log.js';
import { openTracing, type Tracing } from './open-tracing.js';

export const TRACING = Symbol('tracing');

/** Traces of the service, where the environment switches them on; the last ones are sent once the pipelines have ended. */
@Global()
@Module({
  providers: [
    {
      provide: TRACING,
      inject: [SETTINGS, LOG],
      useFactory: (settings: Settings, log: Log) => openTracing(settings, settings.role, log),
    },
  ],
  exports: [TRACING],
})
export class TracingModule implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing | null) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing?.close();
  }
}
