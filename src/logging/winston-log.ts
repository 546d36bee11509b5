import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import { ecsFormat } from '@elastic/ecs-winston-format';
import { createLogger, format, type Logform } from 'winston';
import Transport from 'winston-transport';
import type { JsonObject } from '../model/json.js';
import { debugSwitches } from './debug-switches.js';
import { ecsLine } from './ecs-line.js';
import { logContext } from './log-context.js';
import { LogFolder } from './log-folder.js';
import type { Log } from './log.js';
import { readableLine } from './readable-line.js';
import { redacted, redactedText } from './redacted.js';
import { RollingFile } from './rolling-file.js';
import { secrets } from './secrets.js';
import { Sink, type Outlet } from './sink.js';
import { StandardError } from './standard-error.js';
import { traceIds } from './trace-ids.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: LogLevel;
  /** What this process is, for names of files and lines: `all`, `worker`, `api`, `cli`. */
  readonly role: string;
  /** Where files go; null writes to standard error only. */
  readonly folder: LogFolderOptions | null;
  /** In the place of standard error. */
  readonly readers?: { readonly outlet: Outlet; readonly isTerminal: boolean };
}

export interface LogFolderOptions {
  readonly path: string;
  /** Files older than that are removed. */
  readonly keepDays: number;
  /** All files of the folder together, bytes. */
  readonly maxBytes: number;
}

/** A log that can be ended: what it has is written then. */
export type ClosableLog = Log & { close(): Promise<void> };

const severity: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };
const dayMs = 86_400_000;
/** What a reader at a terminal sees beside the message. */
const plainData = Symbol('data');

/**
 * The log of a process: JSON lines in Elastic Common Schema in files, and on standard error unless that is a terminal; there, readable
 * ones. Never standard output: that is the command's own. Nobody who logs waits, or sees an error; no line has a secret.
 */
export function winstonLog(options: LogOptions): ClosableLog {
  secrets.addEnvironment(process.env);
  const { readers = { outlet: new StandardError(), isTerminal: isatty(2) } } = options;
  const json = ecsFormat({
    apmIntegration: false,
    convertErr: false,
    serviceName: 'pim2shop',
    serviceNodeName: `${options.role}@${hostname()}:${process.pid}`,
    eventDataset: 'pim2shop.log',
  });
  const sinks = [toSink(readers.outlet, readers.isTerminal ? readable : json)];
  if (options.folder !== null) {
    const { path, keepDays, maxBytes } = options.folder;
    const folder = new LogFolder(path, { maxAgeMs: keepDays * dayMs, maxBytes });
    sinks.push(toSink(new RollingFile(folder, { role: options.role, host: hostname(), pid: process.pid }), json));
  }
  const logger = createLogger({ level: 'debug', transports: sinks.map(({ transport }) => transport) });
  const say = (level: LogLevel, message: string, told: Readonly<Record<string, unknown>> = {}): void => {
    const isTooMuch = severity[level] > severity[options.level];
    if (isTooMuch && debugSwitches.isIdle) return;
    const about = { ...logContext(), ...told };
    if (isTooMuch && !debugSwitches.isOn(about)) return;
    const data = redacted(about, hide);
    logger.log({
      level,
      message: redactedText(message, hide),
      'host.name': hostname(),
      'process.pid': process.pid,
      ...traceIds(),
      ...ecsLine(data),
      [plainData]: data,
    });
  };
  return {
    debug: (message, data) => say('debug', message, data),
    info: (message, data) => say('info', message, data),
    warn: (message, data) => say('warn', message, data),
    error: (message, data) => say('error', message, data),
    close: async () => {
      await Promise.all(sinks.map(({ sink }) => sink.close()));
      logger.close();
    },
  };
}

const hide = (text: string): string => secrets.hide(text);
const lineOf = Symbol.for('message');

const readable = format((info) => {
  const data = (info as unknown as Record<symbol, JsonObject | undefined>)[plainData] ?? {};
  return { ...info, [lineOf]: readableLine(new Date(), info.level, String(info.message), data) };
})();

/** Takes each line at once, whatever becomes of it: winston never has to wait. */
class SinkTransport extends Transport {
  constructor(
    private readonly sink: Sink,
    lines: Logform.Format,
  ) {
    super({ format: lines });
  }

  override log(info: Record<symbol, unknown>, next: () => void): void {
    this.sink.take(String(info[lineOf]));
    next();
  }
}

function toSink(outlet: Outlet, lines: Logform.Format): { readonly sink: Sink; readonly transport: Transport } {
  const asLine = (info: Logform.TransformableInfo): string => {
    const formatted = lines.transform(info, {}) as unknown as Record<symbol, unknown>;
    return String(formatted[lineOf]);
  };
  const dropped = (count: number): string =>
    asLine({
      level: 'warn',
      message: 'lines of the log were dropped: they could not be written',
      pim2shop: { lines: count },
      [plainData]: { lines: count },
    } as never);
  const sink = new Sink(outlet, { dropped });
  return { sink, transport: new SinkTransport(sink, lines) };
}
