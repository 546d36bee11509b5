import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { boundRequests } from './admin/bound-requests.js';
import { documentApi } from './admin/openapi/document-api.js';
import { secure } from './admin/secure.js';
import { AppModule } from './app.module.js';
import type { Connectors } from './config/load-connections.js';
import { readSettings } from './config/settings.js';
import { LOG } from './database/database.module.js';
import { acceptHooks } from './hooks/accept-hooks.js';
import type { Log } from './logging/log.js';
import { nestLog } from './logging/nest-log.js';
import { requestContext } from './logging/request-context.js';
import { secrets } from './logging/secrets.js';

/** The service with these connectors: hooks and health on HOST:PORT. SIGTERM and Ctrl-C let what is under way finish. */
export async function serve(connectors: Connectors): Promise<void> {
  const { host, port } = readSettings(process.env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(connectors), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  app.useLogger(nestLog(app.get<Log>(LOG)));
  app.use(requestContext);
  boundRequests(app);
  acceptHooks(app);
  secure(app);
  documentApi(app);
  // Whoever told it to end sees 0 once everything is finished, and not the signal.
  app.enableShutdownHooks([], { useProcessExit: true });
  try {
    await app.listen(port, host);
  } catch (error) {
    // Otherwise the database's connections would keep the process.
    await app.close();
    throw error;
  }
  process.stdout.write(`pim2shop listens on ${await app.getUrl()}\n`);
}

/** As a program: what ends it is one line on standard error, and exit code 1. */
export function serveOrSay(connectors: Connectors): void {
  serve(connectors).catch((error: unknown) => {
    process.stderr.write(`${secrets.hide(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 1;
  });
}
