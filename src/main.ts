import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readSettings } from './config/settings.js';

/** The service: admin API and health on HOST:PORT. SIGTERM and Ctrl-C let what is under way finish. */
async function main(): Promise<void> {
  const { host, port } = readSettings(process.env);
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], abortOnError: false });
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

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
