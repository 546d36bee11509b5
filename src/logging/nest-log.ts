import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** What Nest itself has to say, in the log of the program: its name for who speaks comes last. Its steps while it starts are left to debug. */
export function nestLog(log: Log): LoggerService {
  const data = (more: readonly unknown[]): Record<string, unknown> => {
    const [component, stack] = more.length > 1 ? [more.at(-1), more[0]] : [more[0], undefined];
    return { component, ...(stack === undefined ? {} : { detail: stack }) };
  };
  return {
    log: (message: unknown, ...more: unknown[]) => log.debug('Nest tells', { told: message, ...data(more) }),
    debug: (message: unknown, ...more: unknown[]) => log.debug('Nest tells', { told: message, ...data(more) }),
    verbose: (message: unknown, ...more: unknown[]) => log.debug('Nest tells', { told: message, ...data(more) }),
    warn: (message: unknown, ...more: unknown[]) => log.warn('Nest warns', { reason: String(message), ...data(more) }),
    error: (message: unknown, ...more: unknown[]) => log.error('Nest reports an error', { error: message, ...data(more) }),
    fatal: (message: unknown, ...more: unknown[]) => log.error('Nest reports an error', { error: message, ...data(more) }),
  };
}
