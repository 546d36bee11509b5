import { z } from 'zod';

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
    .enum(['all', 'worker', 'api'])
    .default('all')
    .describe('what a service process does: `all`, `worker` (delivers and starts no schedule), `api` (only answers)'),
  PIM2SHOP_LEASE: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(30_000)
    .describe('how long a worker holds entries without a sign of life, milliseconds; 1000 at least'),
  PIM2SHOP_ADMIN_KEY: z
    .string()
    .min(32)
    .max(200)
    .regex(/^\S+$/)
    .optional()
    .describe('an admin key of the API of your own choice, 32 characters or more; without it the first one is made at the start'),
  PIM2SHOP_API_RATE: z.coerce.number().int().min(1).default(600).describe('requests to the API that one address may make in a minute'),
  PIM2SHOP_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('`debug`, `info`, `warn` or `error`'),
});

export interface Settings {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Mappings folder, where one is named. */
  readonly mappings: string | undefined;
  readonly role: 'all' | 'worker' | 'api';
  /** How long a worker holds entries without a sign of life, milliseconds. */
  readonly leaseMs: number;
  /** An admin key that is in no table. */
  readonly adminKey: string | undefined;
  /** Requests to the API that one address may make in a minute. */
  readonly apiRate: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
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
    adminKey: data.PIM2SHOP_ADMIN_KEY,
    apiRate: data.PIM2SHOP_API_RATE,
    logLevel: data.PIM2SHOP_LOG_LEVEL,
  };
}
