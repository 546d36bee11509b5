/** What every connector is given by the program: nothing of it is Nest's or Prisma's. */
export interface ConnectorTools {
  /** Name of the connection, for messages. */
  readonly connection: string;
  readonly log: ConnectorLog;
  /** Whoever wants to know of each request; a connector hands it to its HTTP client and does not call it. */
  readonly watch?: RequestWatch | undefined;
  /** Where the connection has a `limit`: handed to each HTTP client; a connector without one asks it before each request. */
  readonly gate?: RequestGate | undefined;
}

/** Keeps the requests of a connection that are under way within its `limit`, over all processes. */
export interface RequestGate {
  /** Resolves once a request may begin, with what is to be called when it is over, once. Rejects when the signal aborts before that. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export interface ConnectorLog {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void;
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** A request to the system, told when it is over. */
export interface SeenRequest {
  readonly method: string;
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  /** Of the answer; null where no whole one came. */
  readonly status: number | null;
  /** From its first byte to the last of its answer, milliseconds. */
  readonly tookMs: number;
  /** Before it: for a place among those under way, and while the system asked to be left alone, milliseconds. */
  readonly waitedMs: number;
  /** What the system's own clock said when it answered (Date header), epoch milliseconds; null where it did not say. */
  readonly dateMs: number | null;
}

/** Must not throw, and nobody waits for it. */
export type RequestWatch = (request: SeenRequest) => void;

export type CheckResult =
  | {
      readonly ok: true;
      readonly detail: string;
      /** Of the system, where it tells. */
      readonly version?: string | null;
      /** How far its clock is ahead of ours, milliseconds; only where no HTTP answer tells it. */
      readonly clockAheadMs?: number;
    }
  | { readonly ok: false; readonly problem: string; readonly advice: string };
