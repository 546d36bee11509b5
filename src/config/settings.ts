import { z } from 'zod';
import { traceSettings, traceVariables, type TraceSettings } from './trace-settings.js';

const days = (usual: number, least = 1) => z.coerce.number().int().min(least).default(usual);

export const environmentColours = ['grey', 'green', 'blue', 'yellow', 'orange', 'red'] as const;

/** Settings of the process, from the environment alone; every mistake in one list. docs/operations.md is held to it. */
export const settingsSchema = z.object({
  DATABASE_URL: z.string().min(1).optional().describe('a PostgreSQL 15 or newer; without it a private one is started'),
  PIM2SHOP_DATA: z.string().default('data').describe('folder of the private PostgreSQL'),
  HOST: z.string().default('127.0.0.1').describe('address the service listens on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000).describe('port the service listens on; 0 takes a free one'),
  PIM2SHOP_MAPPINGS: z
    .string()
    .min(1)
    .optional()
    .describe('folder with connections.yaml and the pipelines; without it `mappings`, or the only folder in it that has one'),
  PIM2SHOP_ROLE: z
    .enum(['all', 'scheduler', 'worker', 'api'])
    .default('all')
    .describe(
      'what a service process does: `all`, `scheduler` (starts what is due and delivers nothing), `worker` (delivers and starts no schedule), `api` (only answers)',
    ),
  PIM2SHOP_LEASE: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(30_000)
    .describe('how long a worker holds entries without a sign of life, milliseconds; 1000 at least'),
  PIM2SHOP_EVENT_RUN: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('events of a pipeline that come within so long are one run, milliseconds; 1000 at least'),
  PIM2SHOP_ADMIN_KEY: z
    .string()
    .min(32)
    .max(200)
    .regex(/^\S+$/)
    .optional()
    .meta({ secret: true })
    .describe('an admin key of the API of your own choice, 32 characters or more; without it the first one is made at the start'),
  PIM2SHOP_API_RATE: z.coerce.number().int().min(1).default(600).describe('requests to the API that one address may make in a minute'),
  PIM2SHOP_ENVIRONMENT: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .default('development')
    .describe('what this installation is called: it stands in every alert, prompt and answer; `production` asks before it destroys'),
  PIM2SHOP_ENVIRONMENT_COLOUR: z
    .enum(environmentColours)
    .optional()
    .describe('its colour there: `grey`, `green`, `blue`, `yellow`, `orange` or `red`; red for `production` and grey otherwise if not set'),
  PIM2SHOP_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address at which people reach this service: alerts link there'),
  PIM2SHOP_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('`debug`, `info`, `warn` or `error`'),
  PIM2SHOP_LOG_DIR: z.string().min(1).default('logs').describe('folder of the log files; several processes may share one'),
  PIM2SHOP_LOG_DAYS: days(7).describe('how long log files are kept, days'),
  PIM2SHOP_LOG_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .default(1_000)
    .describe('how large they may be together, megabytes; the oldest go first'),
  PIM2SHOP_KEEP_RUNS: days(90).describe('how long runs are kept in the database, days'),
  PIM2SHOP_KEEP_ERRORS: days(90).describe('how long errors of single records are kept there, days'),
  PIM2SHOP_KEEP_HISTORY: days(90).describe('how long it is kept what was delivered when, days'),
  PIM2SHOP_KEEP_DELIVERIES: days(7, 7).describe('how long deliveries of events are known again, days; 7 at least'),
  PIM2SHOP_KEEP_AUDIT: days(400).describe('how long it is kept who did what, days'),
  ...traceVariables,
});

export interface Settings {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Mappings folder, where one is named. */
  readonly mappings: string | undefined;
  readonly role: 'all' | 'scheduler' | 'worker' | 'api';
  /** How long a worker holds entries without a sign of life, milliseconds. */
  readonly leaseMs: number;
  /** Events of a pipeline that come within so long are one run, milliseconds. */
  readonly eventRunMs: number;
  /** An admin key that is in no table. */
  readonly adminKey: string | undefined;
  /** Requests to the API that one address may make in a minute. */
  readonly apiRate: number;
  readonly environment: Environment;
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFiles: { readonly path: string; readonly keepDays: number; readonly maxBytes: number };
  /** How long what only grows is kept in the database, days. */
  readonly keepDays: KeepDays;
  /** Null where they are off. */
  readonly traces: TraceSettings | null;
}

/** What an installation is called, so that nobody takes one for another. */
export interface Environment {
  readonly name: string;
  readonly colour: (typeof environmentColours)[number];
  /** Whoever destroys something there is asked for its name. */
  readonly production: boolean;
}

export interface KeepDays {
  readonly runs: number;
  readonly errors: number;
  readonly history: number;
  readonly deliveries: number;
  readonly audit: number;
}

function environmentOf(name: string, colour: Environment['colour'] | undefined): Environment {
  const production = name === 'production';
  return { name, production, colour: colour ?? (production ? 'red' : 'grey') };
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const result = settingsSchema.safeParse(env);
  if (!result.success) {
    const mistakes = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment has mistakes:\n${mistakes.join('\n')}`);
  }
  const data = result.data;
  return {
    databaseUrl: data.DATABASE_URL,
    dataDir: data.PIM2SHOP_DATA,
    host: data.HOST,
    port: data.PORT,
    mappings: data.PIM2SHOP_MAPPINGS,
    role: data.PIM2SHOP_ROLE,
    leaseMs: data.PIM2SHOP_LEASE,
    eventRunMs: data.PIM2SHOP_EVENT_RUN,
    adminKey: data.PIM2SHOP_ADMIN_KEY,
    apiRate: data.PIM2SHOP_API_RATE,
    environment: environmentOf(data.PIM2SHOP_ENVIRONMENT, data.PIM2SHOP_ENVIRONMENT_COLOUR),
    publicUrl: data.PIM2SHOP_PUBLIC_URL?.replace(/\/+$/, ''),
    logLevel: data.PIM2SHOP_LOG_LEVEL,
    logFiles: { path: data.PIM2SHOP_LOG_DIR, keepDays: data.PIM2SHOP_LOG_DAYS, maxBytes: data.PIM2SHOP_LOG_SIZE * 1_000_000 },
    keepDays: {
      runs: data.PIM2SHOP_KEEP_RUNS,
      errors: data.PIM2SHOP_KEEP_ERRORS,
      history: data.PIM2SHOP_KEEP_HISTORY,
      deliveries: data.PIM2SHOP_KEEP_DELIVERIES,
      audit: data.PIM2SHOP_KEEP_AUDIT,
    },
    traces: traceSettings(data, data.PIM2SHOP_ENVIRONMENT),
  };
}
