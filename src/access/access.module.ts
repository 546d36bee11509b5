import { Global, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import type { Settings } from '../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Log } from '../logging/log.js';
import { AccessGuard } from './access.guard.js';
import { ApiThrottlerGuard } from './api-throttler.guard.js';
import { ensureFirstKey } from './first-key.js';
import { KeyService } from './key-service.js';

/** Keys, roles, and the guard that stands before every route. */
@Global()
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [SETTINGS], useFactory: ({ apiRate }: Settings) => [{ ttl: 60_000, limit: apiRate }] })],
  providers: [
    {
      provide: KeyService,
      inject: [DATABASE, SETTINGS],
      useFactory: ({ database }: OpenDatabase, { adminKey }: Settings) => new KeyService(database, adminKey),
    },
    // In this order: who tries keys is counted before any is looked up.
    { provide: APP_GUARD, useClass: ApiThrottlerGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [KeyService],
})
export class AccessModule implements OnApplicationBootstrap {
  constructor(
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.adminKey !== undefined) return;
    const terminal = process.stdout.isTTY ? (text: string): void => void process.stdout.write(text) : null;
    await ensureFirstKey(this.opened.database, { log: this.log, dataDir: this.settings.dataDir, terminal });
  }
}
