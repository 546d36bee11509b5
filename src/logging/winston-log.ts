import { join } from 'node:path';
import { createLogger, format, transports, type Logger } from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';
import type { Log } from './log.js';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Where rotated files go; null writes to standard error only. */
  readonly folder: string | null;
}

/** Readable lines on standard error, so that standard output stays the command's own; JSON lines in daily files, kept for seven days. */
export function winstonLog(options: LogOptions): Log & { close(): void } {
  const readable = format.printf(({ timestamp, level, message, ...data }) => {
    const rest = Object.keys(data).length > 0 ? ` ${JSON.stringify(data)}` : '';
    return `${String(timestamp)} ${level} ${String(message)}${rest}`;
  });
  const logger: Logger = createLogger({
    level: options.level,
    format: format.combine(format.timestamp(), readable),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  if (options.folder !== null) {
    const file = new DailyRotateFile({
      dirname: options.folder,
      filename: 'pim2shop-%DATE%.log',
      auditFile: join(options.folder, '.rotation.json'),
      datePattern: 'YYYY-MM-DD',
      maxSize: '20m',
      maxFiles: '7d',
      format: format.combine(format.timestamp(), format.json()),
    });
    // A full disk or a folder without rights must not stop the sync: the lines are still on standard error.
    file.on('error', (error: Error) => process.stderr.write(`log file: ${error.message}\n`));
    logger.add(file);
  }
  return {
    debug: (message, data) => void logger.debug(message, data),
    info: (message, data) => void logger.info(message, data),
    warn: (message, data) => void logger.warn(message, data),
    error: (message, data) => void logger.error(message, data),
    close: () => void logger.close(),
  };
}
