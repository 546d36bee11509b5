import type { LogContext } from './log-context.js';
import type { Log } from './log.js';

/** A log for somebody who always speaks of the same: a connector, of its connection. */
export function boundLog(log: Log, context: LogContext): Log {
  return {
    debug: (message, data) => log.debug(message, { ...context, ...data }),
    info: (message, data) => log.info(message, { ...context, ...data }),
    warn: (message, data) => log.warn(message, { ...context, ...data }),
    error: (message, data) => log.error(message, { ...context, ...data }),
  };
}
