/** What every connector is given by the program: nothing of it is Nest's or Prisma's. */
export interface ConnectorTools {
  /** Name of the connection, for messages. */
  readonly connection: string;
  readonly log: ConnectorLog;
}

export interface ConnectorLog {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void;
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
}

export type CheckResult =
  { readonly ok: true; readonly detail: string } | { readonly ok: false; readonly problem: string; readonly advice: string };
